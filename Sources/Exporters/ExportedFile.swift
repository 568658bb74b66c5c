import Explorer
import Files
import TerminalUI

/// A view as the contents of a file.
public struct ExportedFile: Sendable {
  public let bytes: [UInt8]
  /// Notes on the picture or page, besides the record's own, one line each.
  public let notes: [String]

  public struct Options: Sendable {
    /// Nil for what suits the format: drawings and pictures are light, as paper is; a page follows its
    /// reader's wish; text is for terminals, and dark.
    public var appearance: Theme.Appearance?
    /// Of pictures and coloured text; nil for all the colours of a picture, and 256 for text.
    public var depth: ColorDepth?
    /// Of pictures: 1 for the drawing's own pixels, or for cells of 9 × 18, 2 for twice as large, and so on.
    public var scale = 2
    /// A picture of the screen instead of the drawing.
    public var isScreen = false
    /// A font for characters that the built-in one lacks.
    public var font: FileBytes?

    public init(appearance: Theme.Appearance? = nil) {
      self.appearance = appearance
    }
  }

  /// - Throws: `tooLarge`, `pageTooLarge`, or `unusableFont`.
  public init(
    _ state: ExplorerState, as format: ExportFormat, _ options: Options = Options()
  ) throws(ExportError) {
    switch format {
    case .svg: self.init(SVGDocument(Self.figure(state, options)).text)
    case .pdf:
      let document = try PDFDocument(Self.figure(state, options), font: options.font)
      self.init(bytes: document.bytes, notes: Self.notes(missing: document.missing))
    case .html:
      let data = try PageData(state, appearance: options.appearance)
      self.init(Page(data: data).html, notes: data.losses)
    case .png where options.isScreen:
      let canvas = Self.canvas(state, options, appearance: .light, depth: .truecolor)
      var painter = try CanvasPainter(
        scale: options.scale, font: options.font,
        appearance: options.appearance ?? .light)
      let picture = try painter.paint(canvas)
      self.init(bytes: try picture.png(), notes: Self.notes(missing: painter.missing))
    case .png:
      var painter = try FigurePainter(
        Self.figure(state, options), scale: options.scale, font: options.font)
      let picture = try painter.paint()
      self.init(bytes: try picture.png(), notes: Self.notes(missing: painter.missing))
    case .csv: self.init(ViewTable.ofPairs(state).csv)
    case .tsv: self.init(ViewTable.ofPairs(state).tsv)
    case .ansi:
      self.init(
        Self.canvas(state, options, appearance: .dark, depth: .indexed256).ansiText())
    case .txt:
      var options = options
      options.depth = ColorDepth.none
      self.init(Self.canvas(state, options, appearance: .dark, depth: .none).text + "\n")
    }
  }

  private static func figure(_ state: ExplorerState, _ options: Options) -> Figure {
    Drawing.figure(of: state, appearance: options.appearance ?? .light)
  }

  private init(_ text: String, notes: [String] = []) {
    self.init(bytes: Array(text.utf8), notes: notes)
  }

  private init(bytes: [UInt8], notes: [String]) {
    self.bytes = bytes
    self.notes = notes
  }

  /// The screen, with an appearance and a depth that suit the format where none was asked for.
  private static func canvas(
    _ state: ExplorerState, _ options: Options, appearance: Theme.Appearance, depth: ColorDepth
  ) -> Canvas {
    var state = state
    state.display.appearance = options.appearance ?? appearance
    state.display.depth = options.depth ?? depth
    state.display.paintsPage = true
    state.display.glyphs = state.display.glyphs.withoutPictures
    return state.render()
  }

  private static func notes(missing: Set<UInt32>) -> [String] {
    if missing.isEmpty { return [] }
    let examples = missing.sorted().prefix(3).compactMap(Unicode.Scalar.init).map { String($0) }
    let count = missing.count == 1 ? "1 character" : "\(missing.count) characters"
    return [
      "\(count) drawn as boxes, such as \(examples.joined(separator: " ")): "
        + "the font lacks them, --font FILE gives another"
    ]
  }

  /// Writes the file, whole or not at all; to standard output for `-`.
  public func write(to path: String) throws(FileError) {
    let result: Result<Void, FileError> = bytes.withUnsafeBytes { bytes in
      Result { () throws(FileError) in
        guard path != "-" else { return try StandardOutput.write(bytes) }
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
      }
    }
    try result.get()
  }
}
