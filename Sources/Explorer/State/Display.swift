import TerminalUI

/// The settings of how things are shown, as opposed to what is looked at.
public struct Display: Equatable, Sendable {
  public var filter = SentenceFilter.all
  /// Of lines, cells and pictures.
  public var quantity = Quantity.attention
  /// The outcome of shares and effects, as a person writes it; nil for the likeliest token.
  public var outcome: String?
  public var scale = WeightScale.absolute
  public var aggregation = Aggregation.max
  public var otherLines = OtherLines.dim
  public var sortsKeys = false
  public var hidesSpecials = false
  public var mergesWords = false
  public var showsRawTokens = false
  public var restriction = HeadRestriction()
  /// Tokens that are shown, the others being left out; nil for all.
  public var tokens: TokenCrop?
  public var modelZoom: ModelZoom?
  /// Of the heads of the model view.
  public var ranking = HeadRanking()
  /// Instead of the grid of heads, or their ranking; nil for these.
  public var scatter: HeadScatter?
  /// Heat maps instead of lines in the model view's large zoom.
  public var largeShowsHeat = false
  /// Steps nearer (or farther) than what fits in the matrix view.
  public var matrixZoom = 0
  /// The head and its matrix side by side, where the window is wide enough.
  public var isSplit = false
  /// Of drawings that leave the screen.
  public var figure = FigureStyle()
  public var neuron = NeuronDisplay()
  public var outputOrder = OutputOrder.share
  public var appearance = Theme.Appearance.dark
  /// Whether a dark page is painted, too: where the terminal's own may be light.
  public var paintsPage = false
  /// The colours and glyphs that the terminal can show.
  public var depth = ColorDepth.indexed256
  public var glyphs = Glyphs.unicode
  /// The pictures of lines that the terminal has said it shows.
  public var pictures: [LineInk] = []

  public init() {}
}

/// The size at which the model view draws a head; without one, as large as fits.
public enum ModelZoom: Int, CaseIterable, Sendable {
  case index, thumbnails, large

  public var title: String {
    switch self {
    case .index: "index"
    case .thumbnails: "thumbnails"
    case .large: "large"
    }
  }
}

public struct NeuronDisplay: Equatable, Sendable {
  /// The panel that a narrow window shows of each key.
  public enum Panel: String, CaseIterable, Sendable {
    case query = "q"
    case key = "k"
    case product = "q×k"
  }
  public var panel = Panel.product
  /// Neurons by |q×k| of the chosen pair instead of by number.
  public var sortsByContribution = false
  /// The numbers of the chosen pair instead of the coloured strips.
  public var showsTable = false
  public var scale = Scale.tanh
  /// Queries and keys as they were before rotation, where there is one.
  public var isBeforeRotation = false

  /// The scale on which a value's colour becomes full.
  public enum Scale: String, CaseIterable, Sendable {
    /// tanh(|v| / 4), the same everywhere.
    case tanh
    /// The largest |v| of the panel.
    case panel
  }
}
