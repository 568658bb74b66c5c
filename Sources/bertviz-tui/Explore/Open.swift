import ArgumentParser
import Glibc
import Runs

/// The explorer on attention that another program saved.
struct Open: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explore attention saved by another program.",
    discussion: """
      FILE is what dump writes, or from elsewhere one of:

        .safetensors .npz .pt .json   a tensor for each layer, called
            attention.self.3, attentions.3, layer_3, arr_3 or the like:
            [heads, queries, keys], or with a batch before it: [1, …], or
            [batch, …] with --batch
        .npy and these                one tensor, called attention:
            [layers, heads, queries, keys], [heads, queries, keys] of one layer
        .pt .pth                      the tuple that a model returns, saved by
            torch.save; nothing in it is run
        .html .ipynb .json            pages of BertViz (all views), Tensor2Tensor
            and CircuitsVis

      Encoder-decoders: encoder_attentions, decoder_attentions, cross_attentions.
      Tokens: "tokens" and "decoder_tokens", in metadata as JSON, or as arrays of
      text. What a shape leaves open is asked for; --axes names axes in any order.
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
    explore.input.model = file
    explore.input.saved = saved
    try explore.explore(of: { timings in try Source(file: file, saved, timings: timings) })
  }
}
