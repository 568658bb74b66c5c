import Attention

extension Tour {
  private static func step(
    _ title: String, _ text: String, _ model: String, _ request: ModelRequest,
    _ commands: String...
  ) -> Step {
    Step(title, text, Bookmark(source: model, request: request, commands: commands))
  }

  private static let cats = ModelRequest(
    text: "The cat sat on the mat", pair: "The cat lay on the rug")
  private static let masked = ModelRequest(text: "The cat [MASK] on the mat")
  // With a space in front, the first word is the same token as when it comes again.
  private static let list = ModelRequest(
    text: " moon bridge coat island bell soldier moon bridge coat island bell soldier")
  private static let date = ModelRequest(
    text: "Anna was born on Tuesday, 14 September 1987 in Paris.")

  /// A tour of what single heads do, in the four views.
  public static let heads = Tour(
    "heads",
    [
      step(
        "welcome",
        "A small BERT has read two sentences. At the left stands the token that looks, at the right what it looks "
          + "at: the brighter and thicker a line, the more of its attention goes there. This head looks at the token "
          + "before. Arrows move, all other keys work too.",
        "demo-bert", cats, "view head", "layer 1", "heads 3", "query cat", "key the"),
      step(
        "the other way",
        "Another head looks at the token after. Behind its number stands what it seems to do, and how much of its "
          + "weight goes there, from 0 to 1. Left and right, or braces, go to the other heads; brackets to the other "
          + "layers.",
        "demo-bert", cats, "view head", "layer 0", "heads 1", "query cat", "key sat"),
      step(
        "why so",
        "A weight comes from a query and a key: their products, neuron by neuron, add up to a score, and softmax "
          + "makes the scores of a row sum to 1. Blue adds, orange takes away. Up and down choose another query.",
        "demo-bert", cats, "view neuron", "layer 1", "head 3", "query cat", "key the"),
      step(
        "the whole head",
        "All queries against all keys, as a heat map: a head that looks at the token before is a line beside the "
          + "diagonal. Arrows move the cross, and | puts the lines beside it in a wide window.",
        "demo-bert", cats, "view matrix", "layer 1", "head 3", "query cat", "key the"),
      step(
        "the whole model",
        "Rows are layers, columns are heads, each with the label that fits it best. A label is a hypothesis from one "
          + "text: look at others before you believe it. Return opens a head outside the tour; i tells all about it.",
        "demo-bert", cats, "view model", "layer 1", "head 3"),
      step(
        "a word to guess",
        "At [MASK] a BERT says which word it expects; the state line has its best guess. Press e to edit the "
          + "text and watch the attention change.",
        "demo-bert", masked, "view head", "layer 1", "heads 3", "query [MASK]", "key cat"),
      step(
        "what came next last time",
        "A small GPT-2 reads a list twice. This head looks from a word to what followed the same word before: an "
          + "induction head. So the model knows how the list goes on.",
        "demo-gpt2", list, "view head", "layer 1", "heads 2", "query 10", "key 4"),
      step(
        "between two texts",
        "An encoder-decoder wrote the date in figures. In cross attention the tokens it writes look at the text it "
          + "reads: here, at what each figure is made from. That was the tour: ? lists all keys, and your own model "
          + "opens with :model, or from the start screen of \"bertviz-tui\".",
        "demo-t5", date, "view head", "kind cross", "layer 1", "heads 0"),
    ])
}
