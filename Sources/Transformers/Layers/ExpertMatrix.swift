import Files
import Tensors

/// The matrix of one expert, used where it lies, or, in blocks of MXFP4, put into the kernels' order for each use.
enum ExpertMatrix: Sendable {
  case inPlace(Linear)
  /// Codes and scales apart, as gpt-oss has them.
  case blocks(MicroscaledBlocks, bias: [Float])

  func linear(_ x: HiddenStates) -> HiddenStates {
    switch self {
    case .inPlace(let linear): linear(x)
    case .blocks(let blocks, let bias):
      Linear(weight: WeightMatrix(blocks.inKernelOrder), bias: bias)(x)
    }
  }
}

/// A matrix `[out, in]` of 4 bits a number, 32 of which share a scale that is a power of 2 (OCP Microscaling Formats,
/// MXFP4).
struct MicroscaledBlocks: Sendable {
  /// `[out, in / 32, 16]` bytes: a number in the low half, the next one in the high half.
  let codes: Tensor
  /// `[out, in / 32]` bytes.
  let scales: Tensor

  /// The same as ggml lays it out: each block's scale before its codes, the second 16 numbers in the high halves.
  ///
  /// Copied: what was chosen is used, and forgotten again.
  var inKernelOrder: Tensor {
    let (rowCount, blockCount) = (codes.shape[0], codes.shape[1])
    let copy = FileBytes(name: codes.path, count: rowCount * blockCount * 17) { target in
      withExtendedLifetime((codes, scales)) {
        for block in 0..<rowCount * blockCount {
          let (from, to) = (block * 16, block * 17)
          target[to] = scales.bytes[block]
          func code(_ index: Int) -> UInt8 {
            let byte = codes.bytes[from + index / 2]
            return index.isMultiple(of: 2) ? byte & 0xF : byte >> 4
          }
          for index in 0..<16 {
            target[to + 1 + index] = code(index) | code(index + 16) << 4
          }
        }
      }
    }
    return Tensor(
      name: codes.name, elementType: .mxfp4, shape: [rowCount, blockCount * 32],
      bytes: copy.bytes, owner: copy)
  }
}
