import Attention

/// A walk through what there is to see, step by step.
///
/// A step is a place with a few sentences. To add a tour, write its steps, and add it to `all`: the texts tell what to
/// look at, and leave the numbers to the screen.
public struct Tour: Equatable, Sendable {
  public struct Step: Equatable, Sendable {
    public let title: String
    /// In plain words and ASCII; of any length, although few rows are left to it.
    public let text: String
    public let bookmark: Bookmark

    public init(_ title: String, _ text: String, _ bookmark: Bookmark) {
      self.title = title
      self.text = text
      self.bookmark = bookmark
    }
  }

  /// As `:tour` names it.
  public let name: String
  public let steps: [Step]

  public init(_ name: String, _ steps: [Step]) {
    self.name = name
    self.steps = steps
  }

  public static let all = [heads, effects]

  /// The progress of a person in a tour.
  public struct Progress: Equatable, Sendable {
    public let tour: Tour
    var index = 0

    public var step: Step { tour.steps[index] }
    var isLast: Bool { index == tour.steps.count - 1 }

    public init(_ tour: Tour) { self.tour = tour }
  }
}
