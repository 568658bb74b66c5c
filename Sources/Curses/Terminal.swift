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

  /// The cells on the screen; `nil` if that is not known.
  private var shown: Canvas?
  private var decoder = InputDecoder()
  private let clock = ContinuousClock()
  private let multiplexer: Multiplexer
  /// Events that came while the terminal was asked for its background.
  private var early: EventBatch?
  /// As far as the terminal has told it: a colour says more than dark or light.
  public private(set) var background: Background?
  /// What the terminal can draw lines with, the best first: pictures, if it has said so, the characters that it is known
  /// to draw by the version that it has told, and braille.
  public private(set) var lineInks = [LineInk.braille]
  private var hasAnsweredAll = false
  /// The time of the last question, while there may be an answer to come.
  private var questionTime: ContinuousClock.Instant?
  private var outer: OuterTerminal?
  private var pictures = ScreenPictures(program: UInt32(getpid()))
  private var surroundings = ScreenPictures.Surroundings()
  /// How often the screen had been cleared when they were sent.
  private var clearCount: Int32 = 0

  /// The time that the first picture waits for the terminal's answers; later ones come with the events.
  private static let answerTime: Duration = .milliseconds(100)
  /// The time that the end waits for answers that are on their way.
  private static let leavingTime: Duration = .milliseconds(500)

  /// Asks the terminal for its background and its version, and waits for the answers a tenth of a second; `nextEvents`
  /// brings later ones.
  ///
  /// - Parameter mouse: Whether clicks come as events, or select text as elsewhere.
  public init(color: ColorSetting, mouse: Bool) throws(TerminalError) {
    precondition(!ct_is_open(), "there is one terminal")
    let environment = Self.environment
    multiplexer = Multiplexer(environment: environment)
    let limit = color.limit(environment: environment)
    let term = environment["TERM"] ?? ""
    guard !term.isEmpty else { throw ct_probe(term).is_there ? .termUnset : .noTerminal }
    let hasColors = ct_terminfo_colors(term) != 0
    let entry = color == .indexed256 ? Self.entryWith256Colors(for: term) : term

    switch ct_open(entry, limit == .truecolor, limit > .none, mouse) {
    case .opened: break
    case .noTerminal: throw .noTerminal
    case .unknown: throw .termUnknown(term)
    case .cannotMove: throw .cannotMoveCursor(term: term)
    @unknown default: throw .termUnknown(term)
    }

    capabilities = TerminalCapabilities(
      colorDepth: min(ColorDepth(colorCount: Int(ct_colors())), limit), isUTF8: ct_is_utf8(),
      term: term)
    size = (Int(ct_width()), Int(ct_height()))
    // What has none is too old to be asked.
    if hasColors, !capabilities.isConsole { ask() }
  }

  private func ask() {
    // What stands between passes on some characters only, and not everywhere the same.
    let isAlone = capabilities.isUTF8 && multiplexer.isEmpty
    let questions = TerminalAnswer.questions(
      background: capabilities.colorDepth > .none, version: isAlone,
      pictures: isAlone && canHavePictures)
    surroundings.isBehindTmux = multiplexer == .tmux
    guard !questions.isEmpty else { return }
    // GNU screen would answer the last one before the terminal behind it answers any.
    let isBehindScreen = multiplexer == .screen
    ask(isBehindScreen ? Multiplexer.throughScreen(questions) : questions)
    let deadline = clock.now + Self.answerTime
    var batch = EventBatch()
    while !hasAnsweredAll, batch.ending == nil, clock.now < deadline {
      batch = batch.joined(with: nextEvents(timeout: deadline - clock.now))
    }
    early = batch
  }

  private func ask(_ question: [UInt8]) {
    questionTime = clock.now
    send(question)
  }

  /// There are none of few colours.
  private var canHavePictures: Bool {
    capabilities.isUTF8 && capabilities.colorDepth >= .indexed256
  }

  deinit { close() }

  /// Gives the terminal back, when it has answered what it was just asked: the shell would take that for typed. Afterwards
  /// only `close` may be called.
  public func close() {
    outer = nil
    hasAnsweredAll = true
    while ct_is_open(), let time = questionTime, clock.now < time + Self.leavingTime {
      guard nextEvents(timeout: time + Self.leavingTime - clock.now).ending == nil else { break }
    }
    ct_close()
  }

  // MARK: Showing

  /// Makes the screen look like `canvas`; sends what differs, and nothing if nothing does.
  public func present(_ canvas: Canvas) {
    guard !(canvas.pictures.isEmpty && pictures.isEmpty) else { return presentCells(of: canvas) }
    let cell = ct_cell_size()
    surroundings.cell = .init(width: Int(cell.width), height: Int(cell.height))
    surroundings.page = background?.color
    if pictures.areInTheWay(of: canvas) { redraw() }
    presentCells(
      of: surroundings.isBehindTmux ? pictures.placeholders(on: canvas, surroundings) : canvas)
    let isCleared = clearCount != ct_clear_count()
    clearCount = ct_clear_count()
    let bytes = pictures.change(to: canvas, surroundings, isCleared: isCleared)
    guard !bytes.isEmpty else { return }
    let removal = pictures.removal(surroundings)
    removal.withUnsafeBytes { ct_leave_with($0.baseAddress, $0.count) }
    send(bytes)
  }

  private func presentCells(of canvas: Canvas) {
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
    if let batch = early, batch != EventBatch() {
      early = nil
      return batch
    }
    if let question = outer?.question(at: clock.now) { ask(question) }
    let patience = [timeout, decoder.patience].compactMap { $0 }.min()
    let wait = ct_wait(patience.map(Self.milliseconds) ?? -1)

    var batch = EventBatch()
    batch.isWoken = wait.is_woken
    batch.ending = Ending(signal: wait.ending_signal)
    if wait.is_resized {
      size = (Int(ct_width()), Int(ct_height()))
      shown = nil
      outer?.resize()
      batch.events.append(.resize(width: size.width, height: size.height))
    }
    if wait.has_input {
      let now = clock.now
      while case let input = Int(ct_read()), input != CTKeyNone {
        batch.events += decoder.decode(input, at: now)
      }
      batch.events += decoder.endBatch()
    } else {
      batch.events += decoder.rest(until: clock.now)
    }
    batch.events.removeAll { if case .mouse(let event) = $0 { !isVisible(event) } else { false } }
    takeAnswers(into: &batch)
    return batch
  }

  private func isVisible(_ event: MouseEvent) -> Bool {
    event.x < size.width && event.y < size.height
  }

  private func takeAnswers(into batch: inout EventBatch) {
    let old = (background, lineInks)
    for answer in decoder.takeAnswers() {
      switch answer {
      case .background(let color): background = color
      case .scheme(let scheme): background = background ?? scheme
      case .version(let version):
        // What stands between passes on some characters only, whatever the terminal draws.
        if multiplexer.isEmpty { adopt(KnownTerminals.lineInk(of: version)) }
        outer?.take(version: version)
        questionTime = nil
      case .kittyGraphics:
        if canHavePictures, multiplexer.isEmpty || outer != nil { adopt(.kitty) }
        outer?.takeAgreement()
        if outer != nil { questionTime = nil }
      case .registers(let count): surroundings.registers = max(2, count)
      case .attributes(let sixels):
        questionTime = nil
        guard !hasAnsweredAll else { break }
        // Not before: as long as tmux has the screen to draw anew, it passes nothing on.
        if surroundings.isBehindTmux, canHavePictures { outer = OuterTerminal() }
        // What is behind a picture has to be drawn, too, and of a known size.
        if sixels, multiplexer.isEmpty, canHavePictures, background?.color != nil,
          ct_cell_size().width > 0, !lineInks.contains(.sixel)
        {
          adopt(.sixel)
          ask(TerminalAnswer.registerQuestion)
        } else {
          hasAnsweredAll = true
        }
      }
    }
    if background != old.0 { batch.background = background }
    if lineInks != old.1 { batch.lineInks = lineInks }
  }

  private func adopt(_ ink: LineInk?) {
    guard let ink, !lineInks.contains(ink) else { return }
    lineInks.append(ink)
    lineInks.sort { place(of: $0) < place(of: $1) }
  }

  /// Pictures first, then solid characters, and what every terminal draws; behind that what a person has to ask for:
  /// sixels take too many bytes, and behind tmux there may be a terminal with pictures, but without cells for them.
  private func place(of ink: LineInk) -> Int {
    switch ink {
    case .kitty: surroundings.isBehindTmux ? 3 : 0
    case .octants, .sextants, .blocks: 1
    case .braille: 2
    case .sixel: 4
    }
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
    guard let sequence = Clipboard.sequence(for: text, through: multiplexer) else { return false }
    send(sequence)
    return true
  }

  private func send(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { ct_send($0.baseAddress, $0.count) }
  }

  // MARK: Environment

  /// The set ones of the variables that describe the terminal.
  static var environment: [String: String] {
    var result: [String: String] = [:]
    for name in ["TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "TMUX", "STY"] {
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
