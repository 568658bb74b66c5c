import TerminalUI

/// Saving the view in a file.
extension ExplorerState {
  /// The name of a file of the view unless a person gives another: `head-L2-H9.svg`.
  var exportName: String {
    var parts = [view.rawValue]
    if stack.kind != .own { parts.append(stack.kind.rawValue) }
    switch view {
    case .model, .output: break
    case .head:
      parts.append("L\(layer.index)")
      if activeHeads.count == 1 { parts.append("H\(activeHeads[0])") }
    case .neuron, .matrix: parts += ["L\(layer.index)", "H\(selection.head)"]
    }
    return parts.joined(separator: "-") + ".svg"
  }

  mutating func export(_ path: String, replaces: Bool) -> [Effect] {
    say("saving \(path)")
    return [.export(path: path, replaces: replaces)]
  }

  /// The result of saving a file.
  public enum ExportResult: Equatable, Sendable {
    /// `byteCount` long; `note` is what a person should know of it.
    case saved(byteCount: Int, note: String?)
    /// There is one, and nobody has said that it may go.
    case exists
    case failed(String)
  }

  /// Takes the answer to `Effect.export`.
  public mutating func finishExport(_ path: String, with result: ExportResult) {
    switch result {
    case .saved(let byteCount, let note):
      say("saved \(path), \(Self.size(byteCount))" + (note.map { "; \($0)" } ?? ""))
    case .exists where input.overlay == nil:
      input.message = nil
      input.overlay = .replacing(path: path)
    case .exists:
      // A question now would take the keys that somebody is typing for something else.
      input.message = Input.Message(text: "\(path) exists, and was not replaced", isError: true)
    case .failed(let reason):
      input.message = Input.Message(text: reason, isError: true)
    }
  }

  mutating func answer(_ key: Key, toReplacing path: String) -> [Effect] {
    input.overlay = nil
    switch key {
    case .character("y"), .character("Y"): return export(path, replaces: true)
    case .control("l"):
      input.overlay = .replacing(path: path)
      return [.redraw]
    default:
      say("not saved: \(path) stays as it is")
      return []
    }
  }

  private static func size(_ byteCount: Int) -> String {
    switch byteCount {
    case ..<1000: "\(byteCount) bytes"
    case ..<1_000_000: "\((byteCount + 500) / 1000) kB"
    default: "\((byteCount + 500_000) / 1_000_000) MB"
    }
  }
}
