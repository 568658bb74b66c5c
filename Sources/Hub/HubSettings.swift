import Files

/// The hub's address, cache and token, by the environment variables of Python's huggingface_hub.
public struct HubSettings: Sendable {
  /// `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, or `hub` in `HF_HOME`, which is `huggingface` in `XDG_CACHE_HOME`
  /// or in `~/.cache`.
  public let cache: HubCache
  /// `HF_ENDPOINT`: the hub, or a mirror of it.
  public let endpoint: String
  /// `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`: nothing shall be asked of the network.
  public let isOffline: Bool
  /// `HF_TOKEN`, or the older `HUGGING_FACE_HUB_TOKEN`.
  private let tokenValue: String?
  /// `HF_TOKEN_PATH`, or `token` in `HF_HOME`, where a login leaves it.
  private let tokenPath: String
  /// `HF_HUB_DISABLE_IMPLICIT_TOKEN`: no token is to be sent.
  private let sendsToken: Bool

  /// - Parameter variable: The value of an environment variable, or nil. What is empty counts as absent.
  public init(_ variable: (String) -> String?) {
    func value(_ name: String) -> String? {
      variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
    func isTrue(_ name: String) -> Bool {
      ["1", "ON", "YES", "TRUE"].contains(value(name)?.uppercased())
    }
    func path(_ name: String) -> String? {
      value(name).map { Self.expanded($0, variable: variable) }
    }
    let userCache = path("XDG_CACHE_HOME") ?? "\(Self.homeFolder(variable))/.cache"
    let home = path("HF_HOME") ?? "\(userCache)/huggingface"
    cache = HubCache(path: path("HF_HUB_CACHE") ?? path("HUGGINGFACE_HUB_CACHE") ?? "\(home)/hub")
    var endpoint = value("HF_ENDPOINT") ?? "https://huggingface.co"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    self.endpoint = endpoint
    isOffline = isTrue("HF_HUB_OFFLINE") || isTrue("TRANSFORMERS_OFFLINE")
    tokenValue = value("HF_TOKEN") ?? value("HUGGING_FACE_HUB_TOKEN")
    tokenPath = path("HF_TOKEN_PATH") ?? "\(home)/token"
    sendsToken = !isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")
  }

  /// The token to send, or nil where there is none.
  func token() throws(HubError) -> AccessToken? {
    guard sendsToken else { return nil }
    if let tokenValue { return try AccessToken(tokenValue, source: "HF_TOKEN") }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileBytes(mapping: tokenPath).contents
    } catch .missing {
      return nil
    } catch {
      throw .file(error)
    }
    return try AccessToken(String(decoding: bytes, as: UTF8.self), source: tokenPath)
  }

  private static func homeFolder(_ variable: (String) -> String?) -> String {
    // The list of users would tell it too, but a static executable cannot ask for that.
    variable("HOME").flatMap { $0.isEmpty ? nil : $0 } ?? "/"
  }

  /// `path` with `~` and the values of `$NAME` and `${NAME}` put in; those that have none stay.
  private static func expanded(_ path: String, variable: (String) -> String?) -> String {
    var rest = path[...]
    var result = ""
    if rest == "~" || rest.hasPrefix("~/") {
      result = homeFolder(variable)
      rest = rest.dropFirst()
    }
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...]
      let isBraced = rest.dropFirst().first == "{"
      let name = rest.dropFirst(isBraced ? 2 : 1).prefix {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
      }
      let end = isBraced ? rest[name.endIndex...].first == "}" ? 1 : nil : 0
      if let end, !name.isEmpty, let value = variable(String(name)) {
        result += value
        rest = rest[name.endIndex...].dropFirst(end)
      } else {
        result += "$"
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }
}

/// A secret that lets one read a private or restricted model. It says nothing of itself where it is printed.
struct AccessToken: Sendable, CustomStringConvertible {
  let value: String
  /// The variable or the file that it comes from.
  let source: String

  var description: String { "the token of \(source)" }

  /// Nil for white space.
  init?(_ text: String, source: String) throws(HubError) {
    let isSpace: (UInt8) -> Bool = { $0 <= 0x20 }
    let token = Array(text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    if token.isEmpty { return nil }
    // It becomes a line of a request.
    guard token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .malformedToken(source: source)
    }
    value = String(decoding: token, as: UTF8.self)
    self.source = source
  }
}
