import CKernels
import CMachineLimits
import Glibc

/// The machine on which a run was made, and what one of its cores can do at best.
enum Machine {
  static func report() {
    let table = Table("Machine", "what", "")
    table.row("processor", processorName)
    table.row("cores", coreCount.fixed(0))
    table.row("kernels", "\(kernels)")
    table.row("multiply-add, one core", "\((multiplyAdd / 1e9).fixed(0)) GFLOP/s")
    table.row("reading memory, one core", "\((bandwidth / 1e9).fixed(1)) GB/s")
  }

  static let coreCount = Double(sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  private static var kernels: String {
    switch ck_current_variant() {
    case CK_VARIANT_AVX512: "AVX-512"
    case CK_VARIANT_AVX2: "AVX2"
    default: "baseline"
    }
  }

  /// Floating point operations a second. The best of some runs: a limit, not a mean.
  static let multiplyAdd: Double = {
    var best = 0.0
    for _ in 0..<10 {
      let start = ContinuousClock.now
      let operations = machine_multiply_add(5_000_000)
      best = max(best, operations / (ContinuousClock.now - start).seconds)
    }
    return best
  }()

  /// Bytes a second, of memory far larger than the caches.
  static let bandwidth: Double = {
    let count = 64 << 20
    let memory = [Float](repeating: 1, count: count)
    var best = 0.0
    for _ in 0..<10 {
      let start = ContinuousClock.now
      precondition(machine_read(memory, count) > 0)
      best = max(best, Double(4 * count) / (ContinuousClock.now - start).seconds)
    }
    return best
  }()

  private static var processorName: String {
    guard let file = fopen("/proc/cpuinfo", "r") else { return "unknown" }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let text = String(decoding: buffer[..<fread(&buffer, 1, 4096, file)], as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "unknown"
  }
}
