import CKernels
import TestSupport

/// The linear kernels on one core, against what the core can do: the one that the program uses for so many tokens, with
/// what it takes to pack them.
enum KernelBenchmark {
  static func run(_ goals: inout Goals) {
    let table = Table(
      "Linear kernel, one core, float32 weights", "outputs × inputs", "tokens", "GFLOP/s",
      "of the peak", "GB/s of weights", "of reading")
    let shapes = [(3072, 768, false), (768, 3072, false), (768, 768, false), (3072, 768, true)]
    for (outputCount, inputCount, isByColumns) in shapes {
      for tokenCount in [1, 9, 32, 128, 512] {
        let seconds = time(outputCount, inputCount, isByColumns: isByColumns, tokenCount)
        let operations = 2 * Double(outputCount * inputCount * tokenCount) / seconds
        let bytes = Double(4 * outputCount * inputCount) / seconds
        if tokenCount == 1 {
          goals.note(
            "one token, \(outputCount) × \(inputCount)\(isByColumns ? " by columns" : ""): of one core's reading",
            .atLeast(0.85), bytes / Machine.bandwidth, as: Goals.percent)
        }
        table.row(
          "\(outputCount) × \(inputCount)" + (isByColumns ? ", by columns" : ""),
          "\(tokenCount)", (operations / 1e9).fixed(1),
          "\((100 * operations / Machine.multiplyAdd).fixed(0)) %", (bytes / 1e9).fixed(1),
          "\((100 * bytes / Machine.bandwidth).fixed(0)) %")
      }
    }
  }

  /// Seconds a call, going through more matrices than the caches hold, as a model does.
  private static func time(
    _ outputCount: Int, _ inputCount: Int, isByColumns: Bool, _ tokenCount: Int
  ) -> Double {
    var generator = SeededGenerator(seed: 1)
    let size = outputCount * inputCount
    let matrixCount = max(2, (256 << 20) / (4 * size))
    let block = generator.floats(1 << 20, in: -0.1...0.1)
    var weights = [Float](repeating: 0, count: matrixCount * size)
    for index in weights.indices { weights[index] = block[index & (1 << 20 - 1)] }
    let x = generator.floats(tokenCount * inputCount)
    var packed = x
    var y = [Float](repeating: 0, count: tokenCount * outputCount)
    let times = weights.withUnsafeBufferPointer { weights in
      (0..<matrixCount * max(1, 64 / tokenCount)).map { index -> Double in
        let matrix = ck_float_matrix(
          weights.baseAddress! + index % matrixCount * size,
          isByColumns ? inputCount : outputCount, isByColumns ? outputCount : inputCount)
        let start = ContinuousClock.now
        if tokenCount < Int(isByColumns ? CK_PACKING_PAYS_BY_COLUMNS : CK_PACKING_PAYS) {
          ck_linear(matrix, isByColumns, nil, x, inputCount, &y, outputCount, tokenCount)
        } else {
          ck_pack(x, inputCount, tokenCount, inputCount, 0, tokenCount, &packed)
          ck_linear_packed(matrix, isByColumns, nil, packed, &y, outputCount, tokenCount)
        }
        return (ContinuousClock.now - start).seconds
      }
    }
    return times.min() ?? .nan
  }
}
