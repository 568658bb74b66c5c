import CKernels
import TestSupport

/// The linear kernels on one core, against what the core can do: the one that the program uses for so many tokens, with
/// what it takes to pack them.
enum KernelBenchmark {
  static func run() {
    let table = Table(
      "Linear kernel, one core, float32 weights", "outputs × inputs", "tokens", "GFLOP/s",
      "of the peak", "GB/s of weights", "of reading")
    for (rowCount, columnCount) in [(3072, 768), (768, 3072), (768, 768)] {
      for tokenCount in [1, 9, 32, 128, 512] {
        let seconds = time(rowCount, columnCount, tokenCount)
        let operations = 2 * Double(rowCount * columnCount * tokenCount) / seconds
        let bytes = Double(4 * rowCount * columnCount) / seconds
        table.row(
          "\(rowCount) × \(columnCount)", "\(tokenCount)", (operations / 1e9).fixed(1),
          "\((100 * operations / Machine.multiplyAdd).fixed(0)) %", (bytes / 1e9).fixed(1),
          "\((100 * bytes / Machine.bandwidth).fixed(0)) %")
      }
    }
  }

  /// Seconds a call, going through more matrices than the caches hold, as a model does.
  private static func time(_ rowCount: Int, _ columnCount: Int, _ tokenCount: Int) -> Double {
    var generator = SeededGenerator(seed: 1)
    let size = rowCount * columnCount
    let matrixCount = max(2, (256 << 20) / (4 * size))
    let block = generator.floats(1 << 20, in: -0.1...0.1)
    var weights = [Float](repeating: 0, count: matrixCount * size)
    for index in weights.indices { weights[index] = block[index & (1 << 20 - 1)] }
    let x = generator.floats(tokenCount * columnCount)
    var packed = x
    var y = [Float](repeating: 0, count: tokenCount * rowCount)
    let times = weights.withUnsafeBufferPointer { weights in
      (0..<matrixCount * max(1, 64 / tokenCount)).map { index -> Double in
        let matrix = ck_float_matrix(
          weights.baseAddress! + index % matrixCount * size, rowCount, columnCount)
        let start = ContinuousClock.now
        if tokenCount < Int(CK_PACKING_PAYS) {
          ck_linear(matrix, nil, x, columnCount, &y, rowCount, tokenCount)
        } else {
          ck_pack(x, columnCount, tokenCount, columnCount, 0, tokenCount, &packed)
          ck_linear_packed(matrix, false, nil, packed, &y, rowCount, tokenCount)
        }
        return (ContinuousClock.now - start).seconds
      }
    }
    return times.min() ?? .nan
  }
}
