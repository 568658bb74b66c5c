import ArgumentParser
import Glibc

/// The explorer on attention that another program saved.
struct Open: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explore attention saved by another program.",
    discussion: """
      FILE is what dump writes, or attention from elsewhere:

      TODO
      """)

  @Argument(help: "The file of saved attention.", completion: .file())
  var file: String

  @OptionGroup var saved: SavedOptions
  @OptionGroup var display: DisplayOptions
  @OptionGroup var screen: ScreenOptions

  @Flag(help: "Write the time of each phase, and the peak memory, to standard error.")
  var timings = false

  func run() throws {
    var status = stat()
    if stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw ProgramError(
        "\(file): a folder; to run the model in it: bertviz-tui \(file) TEXT")
    }
    var explore = try Explore.parse([])
    explore.display = display
    explore.screen = screen
    explore.input.timings = timings
    try explore.explore { timings in try Source(file: file, saved, timings: &timings) }
  }
}
