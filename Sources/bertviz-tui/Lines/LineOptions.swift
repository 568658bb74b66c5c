import ArgumentParser

/// Many texts in one run: a line of the input for each.
struct LineOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Take each line of the input as a text; print a result for each as it comes.",
      discussion: """
        A line that cannot be used is named on standard error, and the run goes on; the exit status is then 1.
        """))
  var eachLine = false

  @Option(
    help: ArgumentHelp(
      "Of the lines, take only the I-th, the one N later, and so on: part I of N, from 1 on.",
      valueName: "i/n"))
  var shard = Shard.all

  /// - Parameter summary: Whether lines are read to be summed up.
  func check(orFor summary: Bool = false) throws {
    if shard.count > 1, !eachLine, !summary { throw ValidationError("--shard needs --each-line") }
  }
}
