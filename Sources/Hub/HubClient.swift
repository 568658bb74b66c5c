import Files
import Glibc

/// Asks the hub, or a mirror of it, what a model consists of.
public struct HubClient: Sendable {
  /// The number of files downloaded at once.
  public var connectionCount = 4
  /// Told why a question to the hub is asked again, and after what time.
  public var willRetry: @Sendable (HubError, Duration) -> Void = { _, _ in }
  /// The time before the first new try; it doubles each time. The server can ask for more.
  var firstDelay = Duration.milliseconds(500)
  let endpoint: HTTPURL
  /// Only for the endpoint's own server.
  private let token: AccessToken?

  /// - Throws: `offline`, or what is wrong with the endpoint or the token.
  public init(_ settings: HubSettings) throws(HubError) {
    if settings.isOffline { throw .offline }
    guard let endpoint = HTTPURL(settings.endpoint) else {
      throw .malformedEndpoint(settings.endpoint)
    }
    self.endpoint = endpoint
    token = try settings.token()
  }

  /// The server's name, for people.
  public var host: String { endpoint.host }

  // MARK: Requests

  func url(_ path: String) throws(HubError) -> HTTPURL {
    guard let url = HTTPURL("\(endpoint)/\(path)") else {
      throw .malformedEndpoint(endpoint.description)
    }
    return url
  }

  /// The URL of a model's file.
  func url(of file: String, in id: ModelID, commit: String) throws(HubError) -> HTTPURL {
    try url("\(id)/resolve/\(commit)/\(file.percentEncoded)")
  }

  /// Sends a request and follows redirects, without the token where they lead to another server.
  ///
  /// A request for headers stays with the hub: other servers know nothing of what it says of the file.
  func send(
    _ method: CurlExchange.Method, _ url: HTTPURL, offset: Int = 0
  ) throws(HubError) -> CurlExchange {
    var url = url
    for _ in 0..<Self.redirectLimit {
      let exchange = try CurlExchange(
        method, url, token: url.origin == endpoint.origin ? token : nil, offset: offset)
      guard let location = exchange.response.location else { return exchange }
      guard let target = url.resolving(location) else {
        throw .unexpectedAnswer(host: url.host, what: "a redirect to no address")
      }
      guard target.isEncrypted || !endpoint.isEncrypted else {
        throw .insecureRedirect(host: url.host, target: target.host)
      }
      if method == .head, target.origin != url.origin { return exchange }
      url = target
    }
    throw .unexpectedAnswer(host: url.host, what: "too many redirects")
  }

  private static let redirectLimit = 10

  /// Tries again what could go well a little later.
  func retrying<Result>(_ body: () throws(HubError) -> Result) throws(HubError) -> Result {
    // Fewer than for a download: someone who is not connected shall soon know.
    var retries = Retries(limit: 2, firstDelay: firstDelay)
    while true {
      do throws(HubError) {
        return try body()
      } catch {
        guard let delay = retries.delay(after: error) else { throw error }
        willRetry(error, delay)
        usleep(UInt32(clamping: Int(delay / .microseconds(1))))
      }
    }
  }

  /// The body of a small file.
  func contents(
    of url: HTTPURL, for id: ModelID, _ revision: Revision, file: String? = nil
  ) throws(HubError) -> [UInt8] {
    try retrying { () throws(HubError) in
      var exchange = try send(.get, url)
      try check(exchange, id, revision, file: file)
      return try exchange.body(limit: 1 << 26)
    }
  }

  /// Throws the error that a response without contents stands for.
  func check(
    _ exchange: borrowing CurlExchange, _ id: ModelID, _ revision: Revision, file: String? = nil
  ) throws(HubError) {
    let response = exchange.response
    guard !(200..<400).contains(response.status) else { return }
    let host = exchange.host
    let message = response["x-error-message"]
    let unexpected = HubError.unexpectedAnswer(
      host: host,
      what: "status \(response.status)\(file.map { " for \($0)" } ?? "")"
        + "\(message.map { ": \($0)" } ?? "")")
    switch response.status {
    case 429: throw .tooManyRequests(host: host, retryAfter: response.retryAfter)
    case 408, 500...:
      throw .serverError(host: host, status: response.status, retryAfter: response.retryAfter)
    default: break
    }
    // What another server says is not about the model.
    guard exchange.isFrom(endpoint) else { throw unexpected }
    switch (response.status, response["x-error-code"]) {
    case (_, "GatedRepo"):
      throw .gated(id, page: "\(endpoint)/\(id)", hasToken: token != nil)
    case (_, "RevisionNotFound"):
      throw .noSuchRevision(revision, id)
    case (_, "EntryNotFound"):
      throw .noSuchFile(file ?? "of that name", id)
    case (401, let code) where code != "RepoNotFound" && message?.contains("credentials") == true:
      throw .tokenRefused(source: token?.source ?? "HF_TOKEN")
    case (401, _), (404, _):
      throw .noSuchModel(id, hub: host, hasToken: token != nil)
    case (403, _):
      throw .forbidden(id, reason: message)
    default:
      throw unexpected
    }
  }
}

/// The number of retries, and the waits between them.
struct Retries {
  private var failureCount = 0
  private let limit: Int
  private let firstDelay: Duration

  init(limit: Int, firstDelay: Duration) {
    self.limit = limit
    self.firstDelay = firstDelay
  }

  /// The time to wait; nil when it is enough.
  mutating func delay(after error: HubError) -> Duration? {
    guard error.isTemporary, failureCount < limit else { return nil }
    defer { failureCount += 1 }
    guard let seconds = error.retryAfter else { return firstDelay * (1 << failureCount) }
    // For longer than that nobody waits.
    return seconds <= Self.longestDelay ? .seconds(seconds) : nil
  }

  /// Something came, so that the next failure is the first again.
  mutating func reset() { failureCount = 0 }

  private static let longestDelay = 300
}
