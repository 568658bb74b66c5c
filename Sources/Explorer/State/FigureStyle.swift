/// The style of a drawing for a paper, beside its view.
public struct FigureStyle: Equatable, Sendable {
  public enum Lettering: String, CaseIterable, Sendable {
    case mono, sans
  }

  public enum Caption: String, CaseIterable, Sendable {
    /// Only the picture: the paper says what it is.
    case none
    /// A line above it: the model, the head, and what changes numbers.
    case title
    /// The same, and below it a sentence on the head, and the text.
    case full
  }

  public var lettering = Lettering.mono
  public var caption = Caption.title

  public init() {}
}

extension ExplorerState {
  /// The caption below a drawing: what the head does, from its numbers, the model, and the text that was read.
  package var captionText: String {
    let text = session.request.map { request in
      [request.text, request.pair, request.target].compactMap(\.self).filter { !$0.isEmpty }
        .map { "\u{201C}\($0)\u{201D}" }.joined(separator: ", ")
    }
    let model =
      "\(session.record.model), \(stack.layerCount) layers of \(stack.headCount) heads"
    let sentence =
      view == .model ? nil : HeadSentence(self, place, .unicode).whole
    // A sentence begins so.
    let capital = sentence.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return [capital, model, text].compactMap(\.self).filter { !$0.isEmpty }
      .joined(separator: ". ") + "."
  }
}
