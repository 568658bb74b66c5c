import Attention
import Transformers

/// A source of attention: a model that runs on a text, or attention that another program saved.
public enum Source: Sendable {
  /// With the first request.
  case model(LoadedModel, ModelRequest)
  case saved(AttentionRecord)

  /// The first request; nil for saved attention.
  public var request: ModelRequest? {
    if case .model(_, let request) = self { request } else { nil }
  }

  /// The run of a request, nil standing for the first one; as `LoadedModel.run`.
  ///
  /// - Throws: Also `RunError.saved`, for a request to saved attention.
  public func run(
    _ request: ModelRequest? = nil, recording: Recording = Recording(),
    continuing memory: PassMemory? = nil, keepsMemory: Bool = false, timings: Timings = Timings(),
    progress: (RunProgress, AttentionRecord) throws -> Void = { _, _ in }
  ) throws -> Run {
    switch self {
    case .model(let model, let first):
      return try model.run(
        request ?? first, recording: recording, continuing: memory, keepsMemory: keepsMemory,
        timings: timings, progress: progress)
    case .saved(let record):
      if request != nil { throw RunError.saved }
      return Run(saved: record)
    }
  }
}
