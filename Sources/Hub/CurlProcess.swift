import Glibc

/// A running `curl`, whose standard output can be read. It is gone when this is.
final class CurlProcess {
  private let processID: pid_t
  private let output: Pipe
  private let errors: Pipe
  private var status: Int32?

  /// - Parameter configuration: A line for each option, as in a file for `--config`.
  /// - Throws: `noCurl`, or `file` where the system does not let a process begin.
  init(configuration: String) throws(HubError) {
    guard let input = Pipe(), let output = Pipe(), let errors = Pipe() else {
      throw Self.problem(errno)
    }
    // Written before anyone reads: it is far shorter than a pipe holds, and cannot fail for lack of a reader.
    var text = configuration
    let written = text.withUTF8 { Glibc.write(input.writeEnd, $0.baseAddress, $0.count) }
    guard written == text.utf8.count else { throw Self.problem(errno) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.readEnd, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output.writeEnd, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors.writeEnd, STDERR_FILENO)
    // This program ignores SIGPIPE; curl shall end when nobody reads it any more.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // `--disable`, which has to be first: no .curlrc, which could print what is sent.
    let command = ["curl", "--disable", "--config", "-"]
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var processID: pid_t = 0
    let error = posix_spawnp(&processID, "curl", &actions, &attributes, &arguments, environ)
    guard error == 0 else { throw error == ENOENT ? .noCurl : Self.problem(error) }
    self.processID = processID
    self.output = output
    self.errors = errors
    // With another writer, they would not end.
    output.closeWriteEnd()
    errors.closeWriteEnd()
  }

  deinit {
    if status == nil {
      kill(processID, SIGTERM)
      var code: Int32 = 0
      while waitpid(processID, &code, 0) < 0, errno == EINTR {}
    }
  }

  /// Waits for output. 0 at its end.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = Glibc.read(output.readEnd, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { return 0 }
    }
  }

  /// Waits for the end of the process, whose output has ended.
  /// - Throws: `connection` with what curl says, if it was not content.
  func end(_ url: HTTPURL) throws(HubError) {
    if status == nil {
      var code: Int32 = 0
      while waitpid(processID, &code, 0) < 0, errno == EINTR {}
      status = code & 0x7F == 0 ? code >> 8 & 0xFF : -(code & 0x7F)
    }
    guard let status, status != 0 else { return }
    var message = [UInt8](repeating: 0, count: 1 << 12)
    let count = message.withUnsafeMutableBytes {
      Glibc.read(errors.readEnd, $0.baseAddress, $0.count)
    }
    throw .connection(
      host: url.host, code: status,
      reason: Self.reason(String(decoding: message.prefix(max(0, count)), as: UTF8.self), status))
  }

  /// The first line that curl wrote, without `curl: (6) ` before it.
  private static func reason(_ text: String, _ status: Int32) -> String {
    let lines = text.split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.hasPrefix("curl: (") }) else {
      return "curl ended with status \(status)"
    }
    return String(line.drop { $0 != ")" }.dropFirst(2))
  }

  private static func problem(_ code: Int32) -> HubError {
    .file(.unreadable(path: "curl", reason: String(cString: strerror(code))))
  }
}

/// Both ends of a pipe, which other processes do not inherit.
private final class Pipe {
  let readEnd: Int32
  private(set) var writeEnd: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    // Unlike `pipe`, it lets no process that begins in this very moment have the ends.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  func closeWriteEnd() {
    close(writeEnd)
    writeEnd = -1
  }

  deinit {
    close(readEnd)
    if writeEnd >= 0 { close(writeEnd) }
  }
}
