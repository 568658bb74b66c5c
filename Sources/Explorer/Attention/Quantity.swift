import Attention
import TerminalUI

/// The meaning of the lines, cells and pictures of a view.
public enum Quantity: String, CaseIterable, Sendable {
  /// The share of a query's attention that goes to a key: the softmax of its scores, 0 … 1.
  case attention
  /// The size of what a head adds to a query from a key: ‖α · v · W_O‖.
  case write
  /// The part of an outcome's score in what it adds, the norms as they were; below 0 it speaks against the outcome.
  case share
  /// By how much a weight is larger than in the run that is compared with.
  case difference

  /// Whether gains and losses are to be told apart.
  var isSigned: Bool { self == .share || self == .difference }

  /// The name of a number.
  package var noun: String {
    switch self {
    case .attention: "weight"
    case .write: "size"
    case .share: "share"
    case .difference: "change"
    }
  }

  /// A number with its sign where it can have one; of the others, whose size nothing bounds, as many decimals as
  /// have room.
  package func text(_ value: Float, digits: Int = 2, _ glyphs: Glyphs) -> String {
    switch self {
    case .attention: NumberText.weight(value, digits: digits)
    case .write: NumberText.amount(value, digits: digits)
    case .share, .difference: NumberText.signedAmount(value, digits: digits, glyphs: glyphs)
    }
  }
}

extension ExplorerState {
  /// The question that the chosen quantity depends on; nil where the record itself tells, or there can be none.
  var quantityQuestion: Question? {
    guard view != .neuron, view != .output, objection(to: display.quantity) == nil else {
      return nil
    }
    return question(for: display.quantity)
  }

  func question(for quantity: Quantity) -> Question? {
    switch quantity {
    case .attention: nil
    case .write: .writes
    case .share: .shares(outcome)
    case .difference: differenceQuestion
    }
  }

  /// The numbers of the lines, cells and pictures: the chosen quantity's, or, where they are not known, attention's.
  var shownNumbers: EdgeNumbers {
    quantityQuestion.flatMap { session.findings.numbers[$0] } ?? .attention
  }

  /// The reason why a quantity cannot be shown here; nil where it can, or nobody knows yet.
  func objection(to quantity: Quantity) -> String? {
    guard let question = question(for: quantity) else {
      return quantity == .difference ? noComparison : nil
    }
    if session.request == nil {
      return "attention from a file has no values: their sizes and shares need the model"
    }
    if quantity == .share, stack.kind == .encoder {
      return "the encoder's heads have no share of what the decoder predicts: see their sizes"
    }
    return session.findings.failures[question]?.text
  }

  /// The next quantity that can be shown; says why others are left out.
  mutating func cycleQuantity() {
    var next = display.quantity.next
    var refusal: String?
    while let objection = objection(to: next) {
      // What nobody compares has no difference that one could miss.
      if next != .difference { refusal = refusal ?? objection }
      next = next.next
    }
    display.quantity = next
    say(refusal)
  }

  /// Shows another quantity, unless it is known that it cannot be.
  mutating func show(_ quantity: Quantity) {
    if let objection = objection(to: quantity) {
      input.message = Input.Message(text: objection, isError: true)
    } else {
      display.quantity = quantity
    }
  }

  /// Goes back to what can be shown after a question was not answered: from an outcome that is none to the likeliest
  /// token, then to attention.
  mutating func giveUp(_ question: Question) {
    if let outcome = display.outcome, question.outcome == outcome {
      display.outcome = nil
      return
    }
    switch question {
    case .difference: leaveComparison()
    default:
      if self.question(for: display.quantity) == question { display.quantity = .attention }
      if display.ranking.order.flatMap(self.question) == question { display.ranking.order = nil }
      let scattered = [display.scatter?.across, display.scatter?.up]
      if scattered.contains(where: { $0.flatMap(self.question) == question }) {
        display.scatter = nil
      }
    }
  }

  /// The meaning of lines, cells and pictures, where that is not attention.
  func quantityItems(_ glyphs: Glyphs) -> [FrameItem] {
    quantityText(isLong: frame.isBig, glyphs).map { [.value($0)] } ?? []
  }

  /// The same in full, for captions.
  package var quantityText: String? { quantityText(isLong: true, .unicode) }

  private func quantityText(isLong: Bool, _ glyphs: Glyphs) -> String? {
    let numbers = shownNumbers
    switch numbers.quantity {
    case .attention: return nil
    case .write: return "size of what is moved" + (glyphs.isUnicode ? " ‖α·v·W_O‖" : "")
    case .share:
      let outcome = numbers.outcome.map { name(of: $0, glyphs) } ?? ""
      return isLong ? "share of the logit of \(outcome), norms frozen" : "share of \(outcome)"
    case .difference:
      let run = numbers.compared.map { name(of: $0, columns: isLong ? 48 : 24) } ?? ""
      return isLong ? "change of the weight from \(run)" : "change from \(run)"
    }
  }

  /// `" moon"`, or `" Mary" − " John"`.
  package func name(of outcome: NamedOutcome, _ glyphs: Glyphs) -> String {
    outcome.tokens.map {
      "\"" + TextWidth.printable($0.display, glyphs: glyphs) + "\""
    }.joined(separator: " \(glyphs.minus) ")
  }
}
