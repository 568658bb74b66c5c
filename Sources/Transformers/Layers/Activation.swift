import CKernels
import Glibc

/// The function between the two layers of a feed-forward block.
enum Activation: Hashable, Sendable {
  case gelu
  /// The approximation of GELU by way of tanh.
  case geluTanh
  case relu
  case silu
  case tanh

  /// By the name that a `config.json` gives it.
  init?(_ name: String) {
    switch name {
    case "gelu", "gelu_python": self = .gelu
    case "gelu_new", "gelu_fast", "gelu_pytorch_tanh": self = .geluTanh
    case "relu": self = .relu
    case "silu", "swish": self = .silu
    case "tanh": self = .tanh
    default: return nil
    }
  }

  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates {
    let function: (UnsafeMutablePointer<Float>, Int) -> Void =
      switch self {
      case .gelu: ck_gelu
      case .geluTanh: ck_gelu_tanh
      case .relu: ck_relu
      case .silu: ck_silu
      case .tanh:
        { values, count in for index in 0..<count { values[index] = tanhf(values[index]) } }
      }
    let size = x.size
    x.updateInParallel { vectors, tokenCount in function(vectors, tokenCount * size) }
    return x
  }
}
