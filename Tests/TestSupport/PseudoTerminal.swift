import Glibc
import TerminalUI

/// A program in a pseudo-terminal of its own: keys and signals go in, the screen can be looked at.
///
/// Nothing here waits for a fixed time; a condition that does not come true throws.
public final class PseudoTerminal {
  public private(set) var screen: ScreenEmulator
  /// Every byte the program has sent.
  public private(set) var received: [UInt8] = []
  /// The moment at which the last of it came.
  public private(set) var lastReceived = ContinuousClock.now
  public let processID: pid_t
  /// Exit status, or minus the signal that killed the program; `nil` while it runs.
  public private(set) var status: Int32?

  private var master: Int32
  /// Kept open so that the modes of the terminal can be read after the program has ended.
  private var slave: Int32
  private let modesBefore: termios
  private let cell: (width: Int, height: Int)

  /// How long a condition may take to come true; generous, since the machine may be busy.
  public static let patience: Duration = .seconds(30)

  /// - Parameters:
  ///   - environment: Added to a plain one: a UTF-8 locale, `TERM=xterm-256color`, no wishes for
  ///     colour. An empty value removes a variable.
  ///   - background: What the terminal says of it when asked.
  ///   - version: Its name and version, when asked; with `TMUX`, of the terminal behind tmux.
  ///   - showsPictures: Whether it knows kitty's graphics protocol; with `TMUX`, the terminal behind tmux.
  ///   - showsSixels: Whether it shows pictures in sixels.
  ///   - cell: Pixels of a cell, where they are known.
  ///   - answers: Whether it answers at all.
  public init(
    _ program: String, _ arguments: [String] = [], width: Int = 80, height: Int = 24,
    environment: [String: String] = [:], background: String? = nil, version: String? = nil,
    showsPictures: Bool = false, showsSixels: Bool = false,
    cell: (width: Int, height: Int) = (0, 0),
    answers: Bool = true
  ) throws {
    screen = ScreenEmulator(width: width, height: height)
    screen.background = background
    screen.version = version
    screen.showsPictures = showsPictures
    screen.isTmux = environment["TMUX"] != nil
    screen.showsSixels = showsSixels
    self.cell = cell
    screen.answers = answers
    // posix_openpt and its kin are missing from the importer's view of stdlib.h, and openpty would
    // let programs started at the same time inherit the descriptors.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var unlocked: Int32 = 0
    var number: Int32 = 0
    guard master >= 0, ioctl(master, Self.unlockRequest, &unlocked) == 0,
      ioctl(master, Self.numberRequest, &number) == 0
    else { throw HarnessError(call: "/dev/ptmx") }
    let path = "/dev/pts/\(number)"
    slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    var modes = termios()
    guard slave >= 0, tcgetattr(slave, &modes) == 0 else { throw HarnessError(call: "open") }
    modesBefore = modes
    Self.setSize(slave, width, height, cell: cell)
    processID = try Self.spawn(
      [program] + arguments, terminal: path, environment: Self.environment(environment))
  }

  deinit {
    if status == nil {
      kill(-processID, SIGKILL)
      kill(processID, SIGKILL)
      waitpid(processID, nil, 0)
    }
    if master >= 0 { hangUp() }
  }

  // MARK: What a person does

  /// Types keys, one after the other: names as `Down`, `C-x`, `M-x`, or text as it stands.
  public func type(_ keys: String...) {
    for key in keys {
      send(TerminalKeys.bytes(for: key, isApplication: screen.modes.contains(1)))
    }
  }

  public func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// As the terminal does it: with brackets if the program asked for them.
  public func paste(_ text: String) {
    let isBracketed = screen.modes.contains(2004)
    send(Array((isBracketed ? "\u{1B}[200~\(text)\u{1B}[201~" : text).utf8))
  }

  /// Nothing is sent to a program that has not asked for mouse reports.
  public func click(x: Int, y: Int) {
    report(button: 0, x: x, y: y, isPressed: true)
    report(button: 0, x: x, y: y, isPressed: false)
  }

  public func wheel(up: Bool, x: Int, y: Int) {
    report(button: up ? 64 : 65, x: x, y: y, isPressed: true)
  }

  private func report(button: Int, x: Int, y: Int, isPressed: Bool) {
    if screen.modes.contains(1006) {
      send(Array("\u{1B}[<\(button);\(x + 1);\(y + 1)\(isPressed ? "M" : "m")".utf8))
    } else if screen.modes.contains(1000), x < 223, y < 223 {
      send(
        Array("\u{1B}[M".utf8)
          + [UInt8(32 + (isPressed ? button : 3)), UInt8(33 + x), UInt8(33 + y)])
    }
  }

  /// The kernel tells the program by SIGWINCH.
  public func resize(width: Int, height: Int) {
    screen.resize(width: width, height: height)
    Self.setSize(slave, width, height, cell: cell)
  }

  /// Shows `text` as if another program had written it.
  public func disturb(_ text: String) { screen.feed(text.utf8) }

  /// Takes the terminal away, as the end of an ssh connection does.
  public func hangUp() {
    close(master)
    close(slave)
    (master, slave) = (-1, -1)
  }

  public func signal(_ signal: Int32) { kill(processID, signal) }

  // MARK: What a person sees

  /// Waits until `condition` holds for the screen.
  public func wait(
    for what: String, patience: Duration = patience, until condition: (ScreenEmulator) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + patience
    while !condition(screen) {
      guard ContinuousClock.now < deadline, status == nil || pump(0) else {
        throw HarnessError(missing: what, screen: screen.text, status: status)
      }
      pump(20)
    }
  }

  /// Waits until `text` stands somewhere on the screen.
  public func wait(for text: String, patience: Duration = patience) throws {
    try wait(for: text, patience: patience) { $0.text.contains(text) }
  }

  /// Waits until the program has nothing more to say: it sleeps, and no byte is on its way.
  public func settle() throws {
    let deadline = ContinuousClock.now + Self.patience
    var quiet = 0
    while quiet < 3 {
      guard ContinuousClock.now < deadline else {
        throw HarnessError(missing: "quiet", screen: screen.text, status: status)
      }
      quiet = pump(10) || (status == nil && isBusy) ? 0 : quiet + 1
    }
  }

  /// Waits until the program has ended and all it wrote has been read.
  @discardableResult
  public func waitForEnd() throws -> Int32 {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      if let status, !pump(0) { return status }
      guard ContinuousClock.now < deadline else {
        throw HarnessError(missing: "the end of the program", screen: screen.text, status: nil)
      }
      pump(20)
    }
  }

  /// What the ended program did not put back; empty if the terminal is as before.
  public var leftovers: [String] {
    var modes = termios()
    tcgetattr(slave, &modes)
    let before = modesBefore
    let isSame =
      modes.c_iflag == before.c_iflag && modes.c_oflag == before.c_oflag
      && modes.c_cflag == before.c_cflag && modes.c_lflag == before.c_lflag
    return screen.leftovers + (isSame ? [] : ["modes of the terminal line"])
  }

  // MARK: Underneath

  /// Linux's TIOCSPTLCK and TIOCGPTN.
  private static let (unlockRequest, numberRequest): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  /// Takes what arrives within `milliseconds`; `true` if anything did.
  @discardableResult
  private func pump(_ milliseconds: Int32) -> Bool {
    if status == nil {
      var code: Int32 = 0
      if waitpid(processID, &code, WNOHANG) == processID {
        status = code & 0x7F == 0 ? code >> 8 & 0xFF : -(code & 0x7F)
      }
    }
    var source = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    received += buffer[..<count]
    lastReceived = .now
    screen.feed(buffer[..<count])
    if !screen.reply.isEmpty {
      send(screen.reply)
      screen.reply = []
    }
    return true
  }

  /// Whether a thread of the program runs or is about to.
  private var isBusy: Bool {
    guard let tasks = opendir("/proc/\(processID)/task") else { return false }
    defer { closedir(tasks) }
    while let entry = readdir(tasks) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let file = fopen("/proc/\(processID)/task/\(name)/stat", "re") else { continue }
      defer { fclose(file) }
      var line = [UInt8](repeating: 0, count: 512)
      line = Array(line[..<fread(&line, 1, line.count, file)])
      guard let end = line.lastIndex(of: UInt8(ascii: ")")), end + 2 < line.count else { continue }
      if [UInt8(ascii: "R"), UInt8(ascii: "D")].contains(line[end + 2]) { return true }
    }
    return false
  }

  private static func setSize(
    _ terminal: Int32, _ width: Int, _ height: Int, cell: (width: Int, height: Int)
  ) {
    var size = winsize(
      ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: UInt16(width * cell.width),
      ws_ypixel: UInt16(height * cell.height))
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
  }

  private static func environment(_ changes: [String: String]) -> [String: String] {
    var result = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]
    for name in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"] {
      if let value = getenv(name) { result[name] = String(cString: value) }
    }
    // What a visit leaves behind is not for the person whose home this is.
    result["XDG_STATE_HOME"] = "/nonexistent"
    for (name, value) in changes { result[name] = value.isEmpty ? nil : value }
    return result
  }

  /// Starts a program as the leader of a session whose terminal is `terminal`.
  private static func spawn(
    _ arguments: [String], terminal: String, environment: [String: String]
  ) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The test process may block or ignore signals; the program must not inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // POSIX_SPAWN_SETSID is missing from the importer's view of spawn.h.
    let setSession: Int32 = 0x80
    posix_spawnattr_setflags(
      &attributes, Int16(setSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Opened by the leader of a new session, a terminal becomes the session's.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)

    var argv = arguments.map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for string in argv + envp { free(string) } }
    var processID: pid_t = 0
    let error = posix_spawnp(&processID, arguments[0], &actions, &attributes, &argv, &envp)
    guard error == 0 else { throw HarnessError(call: "posix_spawn \(arguments[0])", error) }
    return processID
  }
}

/// What went wrong in a test with a pseudo-terminal, and what the screen showed then.
public struct HarnessError: Error, CustomStringConvertible {
  public let description: String

  init(call: String, _ code: Int32 = errno) {
    description = "\(call): \(String(cString: strerror(code)))"
  }

  init(missing what: String, screen: String, status: Int32?) {
    let state = status.map { "ended with status \($0)" } ?? "still runs"
    description = "\(what): did not come. The program \(state) and shows:\n\(screen)"
  }
}
