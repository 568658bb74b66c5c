import Foundation
import Glibc

/// A headless Chromium with one page, driven through its DevTools pipe: real clicks and keys on the page as it is.
public final class Browser {
  /// What the page asked for besides itself.
  public private(set) var requests: [String] = []
  /// What it complained of: exceptions, blocked scripts, errors on the console.
  public private(set) var complaints: [String] = []

  private let processID: pid_t
  private let toBrowser: FileHandle
  private let fromBrowser: Int32
  private let profile: String
  private var received: [UInt8] = []
  private var nextID = 1
  private var session: String?
  private var isLoaded = false
  private var pageURL = ""

  /// How long an answer may take; generous, since the machine may be busy.
  private static let patience: TimeInterval = 120

  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// The program, or nil where it is not installed.
  public static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"] {
      for folder in folders where access("\(folder)/\(name)", X_OK) == 0 {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }()

  public static var isInstalled: Bool { path != nil }

  public init(width: Int = 1200, height: Int = 900) throws {
    guard let path = Self.path else {
      throw Failure(description: "no Chromium: apt-get install chromium-headless-shell")
    }
    profile = NSTemporaryDirectory() + "browser-" + UUID().uuidString
    // The browser reads commands from descriptor 3 and answers on descriptor 4.
    let commands = try Self.pipe()
    let answers = try Self.pipe()
    let arguments = [
      path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--remote-debugging-pipe", "--user-data-dir=\(profile)", "--force-device-scale-factor=1",
      "--window-size=\(width),\(height)", "about:blank",
    ]
    processID = try Self.spawn(
      arguments, descriptors: [(commands.read, 3), (answers.write, 4)])
    close(commands.read)
    close(answers.write)
    toBrowser = FileHandle(fileDescriptor: commands.write, closeOnDealloc: true)
    fromBrowser = answers.read
    let target = try send("Target.createTarget", ["url": "about:blank"])
    let attached = try send(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String
    for domain in ["Page", "Runtime", "Log", "Network"] { _ = try send("\(domain).enable", [:]) }
  }

  deinit {
    kill(-processID, SIGKILL)
    waitpid(processID, nil, 0)
    close(fromBrowser)
    try? FileManager.default.removeItem(atPath: profile)
  }

  // MARK: What a person does

  /// Opens a file, and waits until it is there.
  public func open(_ path: String) throws {
    isLoaded = false
    requests = []
    complaints = []
    pageURL = "file://\(path)"
    _ = try send("Page.navigate", ["url": pageURL])
    while !isLoaded { try receive() }
  }

  public func click(_ selector: String, count: Int = 1) throws {
    let place = try middle(of: selector)
    for number in 1...count {
      for type in ["mousePressed", "mouseReleased"] {
        try mouse(type, place, ["button": "left", "clickCount": number])
      }
    }
  }

  public func point(at selector: String) throws {
    try mouse("mouseMoved", try middle(of: selector), [:])
  }

  /// A key by its name (`ArrowDown`, `Enter`) or a character.
  public func press(_ key: String) throws {
    let isCharacter = key.count == 1
    let codes = ["Enter": 13, "Tab": 9, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40]
    var parameters: [String: Any] = ["key": key]
    if isCharacter { parameters["text"] = key }
    if let code = codes[key] { parameters["windowsVirtualKeyCode"] = code }
    parameters["type"] = isCharacter ? "keyDown" : "rawKeyDown"
    _ = try send("Input.dispatchKeyEvent", parameters)
    parameters["type"] = "keyUp"
    _ = try send("Input.dispatchKeyEvent", parameters)
  }

  private func mouse(
    _ type: String, _ place: (x: Double, y: Double), _ more: [String: Any]
  ) throws {
    var parameters: [String: Any] = ["type": type, "x": place.x, "y": place.y]
    parameters.merge(more) { $1 }
    _ = try send("Input.dispatchMouseEvent", parameters)
  }

  private func middle(of selector: String) throws -> (x: Double, y: Double) {
    let place = try evaluate(
      """
      (() => {
        const element = document.querySelector(\(Self.quoted(selector)));
        if (!element) return "";
        element.scrollIntoView({ block: "center" });
        const { x, y, width, height } = element.getBoundingClientRect();
        return `${x + width / 2} ${y + height / 2}`;
      })()
      """)
    let numbers = place.split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 2 else { throw Failure(description: "nothing matches \(selector)") }
    return (numbers[0], numbers[1])
  }

  // MARK: What a person sees

  /// The value of an expression in the page, as text.
  public func evaluate(_ expression: String) throws -> String {
    let answer = try send(
      "Runtime.evaluate",
      ["expression": "String(\(expression))", "returnByValue": true, "awaitPromise": true])
    if let exception = answer["exceptionDetails"] as? [String: Any] {
      throw Failure(description: "\(expression): \(exception)")
    }
    return (answer["result"] as? [String: Any])?["value"] as? String ?? ""
  }

  public func text(of selector: String) throws -> String {
    try evaluate("document.querySelector(\(Self.quoted(selector)))?.textContent")
  }

  /// What the window shows, as a PNG file.
  public func picture() throws -> Data {
    let answer = try send("Page.captureScreenshot", [:])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  private static func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  // MARK: The pipe

  private func send(_ method: String, _ parameters: [String: Any]) throws -> [String: Any] {
    let id = nextID
    nextID += 1
    var message: [String: Any] = ["id": id, "method": method, "params": parameters]
    message["sessionId"] = session
    try toBrowser.write(
      contentsOf: try JSONSerialization.data(withJSONObject: message) + Data([0]))
    while true {
      let answer = try receive()
      guard answer["id"] as? Int == id else { continue }
      if let error = answer["error"] { throw Failure(description: "\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  /// The next message; events are noted.
  @discardableResult
  private func receive() throws -> [String: Any] {
    let deadline = Date().addingTimeInterval(Self.patience)
    while true {
      if let end = received.firstIndex(of: 0) {
        let data = Data(received[..<end])
        received.removeSubrange(...end)
        let message = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        note(message)
        return message
      }
      var descriptor = pollfd(fd: fromBrowser, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(max(0, deadline.timeIntervalSinceNow * 1000))
      guard poll(&descriptor, 1, milliseconds) > 0 else {
        throw Failure(description: "the browser does not answer")
      }
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(fromBrowser, &chunk, chunk.count)
      guard count > 0 else { throw Failure(description: "the browser has ended") }
      received += chunk[..<count]
    }
  }

  private func note(_ message: [String: Any]) {
    let parameters = message["params"] as? [String: Any] ?? [:]
    switch message["method"] as? String {
    case "Page.loadEventFired": isLoaded = true
    case "Network.requestWillBeSent":
      let url = (parameters["request"] as? [String: Any])?["url"] as? String ?? ""
      if url != pageURL { requests.append(url) }
    case "Runtime.exceptionThrown":
      complaints.append("\(parameters["exceptionDetails"] ?? "")")
    case "Runtime.consoleAPICalled":
      complaints.append("\(parameters["type"] ?? ""): \(parameters["args"] ?? "")")
    case "Log.entryAdded":
      complaints.append("\((parameters["entry"] as? [String: Any])?["text"] ?? "")")
    default: break
    }
  }

  // MARK: The process

  /// A pipe whose ends are above those that the browser gets.
  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
    let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
    for end in ends { close(end) }
    return (moved[0], moved[1])
  }

  private static func spawn(
    _ arguments: [String], descriptors: [(from: Int32, to: Int32)]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for name in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, name, "/dev/null", O_WRONLY, 0)
    }
    for (from, to) in descriptors { posix_spawn_file_actions_adddup2(&actions, from, to) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that its helpers end with it.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for text in argv + environment { free(text) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &environment)
    guard status == 0 else { throw Failure(description: "\(arguments[0]) does not start") }
    return pid
  }
}
