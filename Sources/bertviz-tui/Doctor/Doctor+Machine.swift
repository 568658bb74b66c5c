import CKernels
import Cpcre2
import Curses
import Cutf8proc
import Czlib
import Files
import Glibc
import Threads

extension Doctor {
  /// Findings on the processor and the memory.
  static func machine() -> [Finding] { [processor, threads, memory].compactMap(\.self) }

  private static var processor: Finding {
    let name = SystemFile.value(of: "model name", in: "/proc/cpuinfo") ?? "processor"
    let variable = "BERTVIZ_TUI_KERNELS"
    let chosen = Environment[variable].flatMap { ["baseline", "avx2"].contains($0) ? $0 : nil }
    let choice = chosen.map { ", as \(variable)=\($0) asks" } ?? ""
    switch ck_current_variant() {
    case CK_VARIANT_AVX512: return .ok("processor", "\(name): AVX-512 kernels")
    case CK_VARIANT_AVX2: return .ok("processor", "\(name): AVX2 and FMA kernels\(choice)")
    case _ where chosen == "baseline":
      return .note(
        "processor", "\(name): the slowest kernels\(choice)", fix: "unset \(variable)")
    default:
      #if arch(x86_64)
        return .note("processor", "\(name): no AVX2, so models run several times slower")
      #else
        return .ok("processor", "\(name): NEON kernels")
      #endif
    }
  }

  private static var threads: Finding {
    let count = Parallel.threadCount
    let all = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let text = count == 1 ? "1" : "\(count)"
    return .ok(
      "threads",
      count < all
        ? "\(text) of \(all), as many as this process may use" : "\(text), one for each core")
  }

  private static var memory: Finding? {
    func kilobytes(_ name: String) -> Int? {
      SystemFile.value(of: name, in: "/proc/meminfo")?.split(separator: " ").first.flatMap {
        Int($0)
      }
    }
    guard let total = kilobytes("MemTotal"), let free = kilobytes("MemAvailable") else {
      return nil
    }
    func gigabytes(_ kilobytes: Int) -> String {
      let tenths = kilobytes * 10 / (1 << 20)
      return "\(tenths / 10).\(tenths % 10) GB"
    }
    let text = "\(gigabytes(free)) free of \(gigabytes(total))"
    guard let limit = SystemFile.memoryLimit, limit >> 10 < total else {
      return .ok("memory", text)
    }
    return .ok("memory", "\(text); this process may use \(gigabytes(limit >> 10))")
  }

  /// The versions of what the program is made of.
  static func programs() -> [Finding] {
    var pcre2 = [CChar](repeating: 0, count: 64)
    pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), &pcre2)
    var libc = [CChar](repeating: 0, count: 64)
    confstr(Int32(_CS_GNU_LIBC_VERSION), &libc, libc.count)
    let versions = [
      CursesLibrary.version, "PCRE2 " + text(pcre2).prefix { $0 != " " },
      "utf8proc " + String(cString: utf8proc_version()),
      "zlib " + String(cString: zlibVersion()), text(libc),
    ]
    return [
      .ok("program", "bertviz-tui \(BertvizTUI.configuration.version)"),
      .ok("libraries", versions.joined(separator: ", ")),
    ]
  }

  private static func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
