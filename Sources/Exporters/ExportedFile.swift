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
    /// Of pictures: 1 for cells of 9 × 18 pixels, 2 for twice as large, and so on.
    public var scale = 2
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
    case .svg:
      self.init(Drawing.svg(of: state, appearance: options.appearance ?? .light))
    case .html:
      let data = try PageData(state, appearance: options.appearance)
      self.init(Page(data: data).html, notes: data.losses)
    case .png:
      let canvas = Self.canvas(state, options, appearance: .light, depth: .truecolor)
      var painter = try CanvasPainter(
        scale: options.scale, font: options.font,
        appearance: options.appearance ?? .light)
      self.init(
        bytes: try painter.paint(canvas).png(),
        notes: painter.missing.isEmpty ? [] : [Self.note(missing: painter.missing)])
    case .ansi:
      self.init(
        Self.canvas(state, options, appearance: .dark, depth: .indexed256).ansiText())
    case .txt:
      var options = options
      options.depth = ColorDepth.none
      self.init(Self.canvas(state, options, appearance: .dark, depth: .none).text + "\n")
    }
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
    return state.render()
  }

  private static func note(missing: Set<UInt32>) -> String {
    let examples = missing.sorted().prefix(3).compactMap(Unicode.Scalar.init).map { String($0) }
    let count = missing.count == 1 ? "1 character" : "\(missing.count) characters"
    return "\(count) drawn as boxes, such as \(examples.joined(separator: " ")): "
      + "the font lacks them, --font FILE gives another"
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
