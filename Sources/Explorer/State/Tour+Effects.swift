import Attention

extension Tour {
  private static let list = ModelRequest(
    text: " moon bridge coat island bell soldier moon bridge coat island bell")

  private static func step(_ title: String, _ text: String, _ commands: String...) -> Step {
    Step(title, text, Bookmark(source: "demo-gpt2", request: list, commands: commands))
  }

  /// From a prediction to the head that writes it, and what becomes of it without that head.
  public static let effects = Tour(
    "effects",
    [
      step(
        "what it predicts",
        "A small GPT-2 has read a list, and half of it again. At the left is what it expects next, in the middle "
          + "which parts of the model add to the score of that word: they sum to the score. Of the heads, one adds "
          + "most.",
        "view output"),
      step(
        "where that head looks",
        "This is the head. From the last word it looks at what followed the same word before: an induction head.",
        "view head", "layer 1", "heads 2", "query 12", "key 6"),
      step(
        "what it moves",
        "The same lines, but as bright as what the head moves from each token toward the predicted word. Attention "
          + "says where it looks; this says what comes of it. v goes on through the meanings.",
        "view head", "layer 1", "heads 2", "query 12", "key 6", "quantity share"),
      step(
        "turned off",
        "The head is off: the model ran again without it, and the score of the same word is nearly gone. z turns heads "
          + "off and on, Z says what stands in their place.",
        "view output", "ablate 1.2", "outcome \" soldier\""),
      step(
        "what each head is worth",
        "All heads, by what the word loses without each. Later heads may make up for one that is missing, so this is "
          + "not the share it wrote. And one text is an anecdote: :probe induction asks the same on random lists. "
          + "That was the walk; ? lists all keys.",
        "view model", "sort effect"),
    ])
}
