import CTerminal
import Glibc
import TerminalUI

/// The controlling terminal, taken over until `close`: shows canvases and brings events.
///
/// It is given back on every way out: `close`, `exit`, a signal, a crash. Standard error is held
/// back meanwhile and shown afterwards. There is one at a time, for the main thread only.
///
/// ```swift
/// let terminal = try Terminal(color: .auto, mouse: true)
/// while true {
///   terminal.present(picture(terminal.size))
///   let batch = terminal.nextEvents()
///   if let ending = batch.ending { terminal.close(); exit(ending.exitStatus) }
///   …
/// }
/// ```
public final class Terminal {
  public let capabilities: TerminalCapabilities
  /// In cells; changes in `nextEvents` only, which then reports a `resize`.
  public private(set) var size: (width: Int, height: Int)

  /// What the screen shows; `nil` if that is not known.
  private var shown: Canvas?
  private var decoder = InputDecoder()
  private let clock = ContinuousClock()
  private var lastInput = ContinuousClock.now

  /// A terminal that never tells the end of a paste must not swallow the keys for good.
  private static let pasteTime: Duration = .seconds(2)

  /// - Parameter mouse: Whether clicks come as events, or select text as elsewhere.
  public init(color: ColorSetting, mouse: Bool) throws(TerminalError) {
    precondition(!ct_is_open(), "there is one terminal")
    let environment = Self.environment
    let limit = color.limit(environment: environment)
    let term = environment["TERM"] ?? ""
    let entry = color == .indexed256 ? Self.entryWith256Colors(for: term) : term

    switch ct_open(entry, limit == .truecolor, limit > .none, mouse) {
    case .opened: break
    case .noTerminal: throw .noTerminal
    case .unknown: throw term.isEmpty ? .termUnset : .termUnknown(term)
    case .cannotMove: throw .cannotMoveCursor(term: term)
    @unknown default: throw .termUnknown(term)
    }

    capabilities = TerminalCapabilities(
      colorDepth: min(ColorDepth(colorCount: Int(ct_colors())), limit), isUTF8: ct_is_utf8(),
      term: term)
    size = (Int(ct_width()), Int(ct_height()))
  }

  deinit { close() }

  /// Gives the terminal back. Afterwards only `close` may be called.
  public func close() { ct_close() }

  // MARK: Showing

  /// Makes the screen look like `canvas`; sends what differs, and nothing if nothing does.
  public func present(_ canvas: Canvas) {
    if let shown, shown.width == canvas.width, shown.height == canvas.height {
      var isChanged = false
      for y in 0..<canvas.height {
        let cells = canvas.row(y)
        guard let changed = cells.columns(differingFrom: shown.row(y)) else { continue }
        draw(cells[changed], x: changed.lowerBound - cells.startIndex, y: y)
        isChanged = true
      }
      guard isChanged else { return }
    } else {
      ct_erase()
      drawAll(canvas)
    }
    if ct_recycle_pairs() { drawAll(canvas) }
    ct_flush()
    shown = canvas
  }

  /// Sends the whole picture anew, for when something else has written to the terminal.
  public func redraw() { ct_repaint() }

  private func drawAll(_ canvas: Canvas) {
    for y in 0..<canvas.height { draw(canvas.row(y), x: 0, y: y) }
  }

  private func draw(_ cells: ArraySlice<Cell>, x: Int, y: Int) {
    guard y < size.height else { return }
    let cells = CTCell.row(cells)
    ct_draw(Int32(y), Int32(x), cells, Int32(cells.count))
  }

  // MARK: Events

  /// Waits until something happens, at most `timeout`, and returns all that has happened.
  ///
  /// Suspension (Ctrl-Z) is dealt with inside. A batch can be empty.
  public func nextEvents(timeout: Duration? = nil) -> EventBatch {
    var timeout = timeout
    if decoder.isInsidePaste { timeout = min(timeout ?? Self.pasteTime, Self.pasteTime) }
    let wait = ct_wait(timeout.map(Self.milliseconds) ?? -1)

    var batch = EventBatch()
    batch.isWoken = wait.is_woken
    batch.ending = Ending(signal: wait.ending_signal)
    if wait.is_resized {
      size = (Int(ct_width()), Int(ct_height()))
      shown = nil
      batch.events.append(.resize(width: size.width, height: size.height))
    }
    if wait.has_input {
      lastInput = clock.now
      while case let input = Int(ct_read()), input != CTKeyNone {
        batch.events += decoder.decode(input, at: lastInput)
      }
      batch.events += decoder.endBatch()
    } else if decoder.isInsidePaste, clock.now - lastInput >= Self.pasteTime {
      batch.events += decoder.endPaste()
    }
    return batch
  }

  /// Ends the wait in `nextEvents`, from any thread. Several calls before it ends count as one; while there is no
  /// terminal they may do nothing.
  public nonisolated static func wake() { ct_wake() }

  /// Stops the program as Ctrl-Z does; returns when it goes on.
  public func suspend() { ct_suspend() }

  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    guard seconds < 1_000_000 else { return -1 }
    // Rounded up, or a short wait would not be one.
    return max(
      0, Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }

  // MARK: Clipboard

  /// Asks the terminal to put `text` on the clipboard; `false` if it is too long for that. Whether
  /// the terminal obeys cannot be known.
  @discardableResult
  public func copyToClipboard(_ text: String) -> Bool {
    let isTmux = getenv("TMUX") != nil
    guard let sequence = Clipboard.sequence(for: text, isTmux: isTmux) else { return false }
    sequence.withUnsafeBytes { ct_send($0.baseAddress, $0.count) }
    return true
  }

  // MARK: Environment

  /// What is set of the variables that say what the terminal can do.
  static var environment: [String: String] {
    var result: [String: String] = [:]
    for name in ["TERM", "COLORTERM", "NO_COLOR", "TMUX"] {
      if let value = getenv(name) { result[name] = String(cString: value) }
    }
    return result
  }

  /// The entry of the terminal or of its sibling that has 256 colours, if one of them has.
  private static func entryWith256Colors(for term: String) -> String {
    let family = term.prefix { $0 != "-" }
    return [term, "\(family)-256color"].first { ct_terminfo_colors($0) == 256 } ?? term
  }
}

extension Canvas {
  fileprivate func row(_ y: Int) -> ArraySlice<Cell> { cells[y * width..<(y + 1) * width] }
}

extension ArraySlice<Cell> {
  /// From the first to the last cell that differs, wide characters of both rows whole; nil where none does.
  /// - Precondition: Both have the same indices.
  fileprivate func columns(differingFrom other: ArraySlice<Cell>) -> Range<Int>? {
    guard var first = indices.first(where: { self[$0] != other[$0] }),
      var last = indices.last(where: { self[$0] != other[$0] })
    else { return nil }
    func isContinuation(_ index: Int) -> Bool {
      self[index].scalar == 0 || other[index].scalar == 0
    }
    while first > startIndex, isContinuation(first) { first -= 1 }
    while last + 1 < endIndex, isContinuation(last + 1) { last += 1 }
    return first..<last + 1
  }
}
