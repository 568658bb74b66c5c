import CKernels
import Glibc

/// The function between the two layers of a feed-forward block.
enum Activation: Hashable, Sendable {
  case gelu
  /// The approximation of GELU by way of tanh.
  case geluTanh
  /// GELU by way of a logistic function: x · σ(1.702 · x).
  case geluQuick
  case relu
  /// The square of ReLU.
  case reluSquared
  case silu
  case tanh
  case xielu(XIELU)

  /// By the name that a `config.json` gives it.
  init?(_ name: String) {
    switch name {
    case "gelu", "gelu_python": self = .gelu
    case "gelu_new", "gelu_fast", "gelu_pytorch_tanh": self = .geluTanh
    case "quick_gelu": self = .geluQuick
    case "relu": self = .relu
    case "relu2", "relu_squared": self = .reluSquared
    case "silu", "swish": self = .silu
    case "tanh": self = .tanh
    case "xielu": self = .xielu(XIELU())
    default: return nil
    }
  }

  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates {
    let function: (UnsafeMutablePointer<Float>, Int) -> Void =
      switch self {
      case .gelu: ck_gelu
      case .geluTanh: ck_gelu_tanh
      case .geluQuick:
        { values, count in
          for index in 0..<count {
            values[index] /= 1 + expf(-1.702 * values[index])
          }
        }
      case .relu: ck_relu
      case .reluSquared:
        { values, count in
          ck_relu(values, count)
          for index in 0..<count { values[index] *= values[index] }
        }
      case .silu: ck_silu
      case .tanh:
        { values, count in for index in 0..<count { values[index] = tanhf(values[index]) } }
      case .xielu(let xielu):
        { values, count in for index in 0..<count { values[index] = xielu(values[index]) } }
      }
    let size = x.size
    x.updateInParallel { vectors, tokenCount in function(vectors, tokenCount * size) }
    return x
  }
}
