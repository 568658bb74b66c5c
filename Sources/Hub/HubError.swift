import Files

/// An error in the cache, in the hub's responses, or on the way to it.
public enum HubError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(FileError)

  // The cache.
  case notCached(ModelID, cache: String)
  /// `cached` are the branches, tags and commits that are there.
  case revisionNotCached(Revision, ModelID, cached: [String])
  case ambiguousRevision(Revision, ModelID, commits: [String])
  /// A file of `refs` holds no commit's hash.
  case malformedReference(path: String)
  /// `isCutOff`: a download of the model has begun, and not ended.
  case incomplete(ModelID, revision: String, missing: [String], isCutOff: Bool)
  /// `cached` are the models in GGUF that are there.
  case ggufNotCached(String, ModelID, cached: [String])
  case cacheNotWritable(path: String, reason: String)
  /// Bytes.
  case noSpace(needed: Int, available: Int, path: String)

  // What is asked for.
  case offline
  case noCurl
  case malformedEndpoint(String)
  case malformedToken(source: String)

  // The hub's answers.
  case noSuchModel(ModelID, hub: String, hasToken: Bool)
  case noSuchRevision(Revision, ModelID)
  case noSuchFile(String, ModelID)
  /// Its authors give access to those who ask for it on `page`.
  case gated(ModelID, page: String, hasToken: Bool)
  case tokenRefused(source: String)
  case forbidden(ModelID, reason: String?)
  case tooManyRequests(host: String, retryAfter: Int?)
  case serverError(host: String, status: Int, retryAfter: Int?)
  case unexpectedAnswer(host: String, what: String)
  case insecureRedirect(host: String, target: String)

  // The way to it. `reason` is curl's, for its exit status `code`.
  case connection(host: String, code: Int32, reason: String)
  /// A file ended early.
  case cutOff(file: String, received: Int, expected: Int)
  /// Another download failed, or the person gave up.
  case cancelled

  // What a model consists of.
  case lacks(String, ModelID)
  case noWeights(ModelID, lookedFor: [String])
  /// Models in GGUF among which one must be named.
  case severalGGUF(ModelID, [String])
  case noGGUF(String, ModelID, [String])
  case unsafeFileName(String, ModelID)
  case noChecksum(String, ModelID)
  case malformedIndex(String, ModelID)
  case tooLong(file: String, expected: Int)
  case wrongChecksum(file: String)

  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .notCached(let id, let cache):
      "\(id): not in the cache (\(cache)); \(Self.pull(id, "main")) downloads it"
    case .revisionNotCached(let revision, let id, let cached):
      "\(id): no revision \"\(revision)\" in the cache, which has "
        + "\(cached.isEmpty ? "none" : cached.joined(separator: ", ")); "
        + "\(Self.pull(id, revision.description)) downloads it"
    case .ambiguousRevision(let revision, let id, let commits):
      "\(id): several commits begin with \(revision): \(commits.joined(separator: ", "))"
    case .malformedReference(let path):
      "\(path): not a commit's hash; \"bertviz-tui pull\" writes it again"
    case .incomplete(let id, let revision, let missing, let isCutOff):
      "\(id): incomplete in the cache: \(Self.list(missing)) missing"
        + "\(isCutOff ? ", a download was cut off" : ""); \(Self.pull(id, revision)) completes it"
    case .ggufNotCached(let variant, let id, let cached):
      "\(id): no \(variant) in the cache"
        + (cached.isEmpty ? "" : ", which has \(cached.joined(separator: ", "))")
        + "; \(Self.pull(id, "main", variant)) downloads it"
    case .cacheNotWritable(let path, let reason):
      "\(path): cannot be written: \(reason); HF_HUB_CACHE can name another folder"
    case .noSpace(let needed, let available, let path):
      "\(path): too little space: \(ByteCount(needed)) needed, \(ByteCount(available)) free; "
        + "HF_HUB_CACHE can name another folder"

    case .offline:
      "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set: nothing is downloaded"
    case .noCurl:
      "downloads need the program curl, which is not there; install it, "
        + "for example: sudo apt-get install curl"
    case .malformedEndpoint(let endpoint):
      "HF_ENDPOINT: \"\(endpoint)\" is not an address such as https://huggingface.co"
    case .malformedToken(let source):
      "\(source): has characters that no token has"

    case .noSuchModel(let id, let hub, let hasToken):
      "\(id): \(hub) has no such model, or it is private and "
        + (hasToken ? "the token does not open it" : "needs a token: set HF_TOKEN")
    case .noSuchRevision(let revision, let id):
      "\(id): has no branch, tag or commit \"\(revision)\""
    case .noSuchFile(let file, let id):
      "\(id): the hub has no file \(file)"
    case .gated(let id, let page, let hasToken):
      "\(id): restricted by its authors: ask for access at \(page)"
        + (hasToken ? "" : ", then set HF_TOKEN")
    case .tokenRefused(let source):
      "\(source): the hub does not accept this token"
    case .forbidden(let id, let reason):
      "\(id): the hub refuses access\(reason.map { ": \($0)" } ?? "")"
    case .tooManyRequests(let host, let retryAfter):
      "\(host): too many requests; try again "
        + (retryAfter.map { "in \($0) s" } ?? "later")
    case .serverError(let host, let status, _):
      "\(host): answers with error \(status); try again later"
    case .unexpectedAnswer(let host, let what):
      "\(host): unexpected answer: \(what)"
    case .insecureRedirect(let host, let target):
      "\(host): refuses to follow it to \(target), which is not encrypted"

    case .connection(let host, _, let reason):
      "\(host): \(reason)"
    case .cutOff(let file, let received, let expected):
      "\(file): the connection ended after \(received) of \(expected) bytes; pull again to go on"
    case .cancelled:
      "given up"

    case .lacks(let file, let id):
      "\(id): has no \(file)"
    case .noWeights(let id, let lookedFor):
      "\(id): has no weights that can be read: looked for \(lookedFor.joined(separator: ", "))"
    case .severalGGUF(let id, let names):
      "\(id): several models in GGUF: name one by its end, such as \(id):\(Self.ending(of: names)): "
        + names.joined(separator: ", ")
    case .noGGUF(let variant, let id, let names):
      "\(id): no model in GGUF whose name ends in \(variant)"
        + (names.isEmpty ? "" : ", but \(names.joined(separator: ", "))")
    case .unsafeFileName(let name, let id):
      "\(id): refuses the file \"\(name)\": only plain file names are allowed"
    case .noChecksum(let file, let id):
      "\(id): the hub gives no checksum of \(file)"
    case .malformedIndex(let file, let id):
      "\(id): \(file) does not say in which files the weights are"
    case .tooLong(let file, let expected):
      "\(file): more than the \(expected) bytes that it should have came, and are thrown away"
    case .wrongChecksum(let file):
      "\(file): the checksum is wrong, what came is thrown away; pull again"
    }
  }

  /// What tells the first of several names from the others.
  private static func ending(of names: [String]) -> Substring {
    let first = names.first ?? ""
    let common = names.map { zip($0, first).prefix { $0 == $1 }.count }.min() ?? 0
    let start = first.prefix(common).lastIndex { "-._".contains($0) }
    return start.map { first[first.index(after: $0)...] } ?? first[...]
  }

  private static func pull(_ id: ModelID, _ revision: String, _ variant: String? = nil) -> String {
    "\"bertviz-tui pull \(id)\(variant.map { ":\($0)" } ?? "")\(revision == "main" ? "" : " --revision \(revision)")\""
  }

  /// Names, and whether one or several of them are.
  private static func list(_ names: [String]) -> String {
    switch names.count {
    case 1: "\(names[0]) is"
    case 2...3: "\(names.joined(separator: ", ")) are"
    default: "\(names.prefix(2).joined(separator: ", ")) and \(names.count - 2) more are"
    }
  }
}

extension HubError {
  static func wrapping<Result>(
    _ body: () throws(FileError) -> Result
  ) throws(HubError) -> Result {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }

  /// Whether the same could go well a little later.
  var isTemporary: Bool {
    switch self {
    case .tooManyRequests, .serverError, .cutOff: true
    case .connection(_, let code, _): Self.temporaryCodes.contains(code)
    default: false
    }
  }

  /// The exit statuses of curl for failed names, connections and transfers: not for a wrong certificate, or wrong use.
  private static let temporaryCodes: Set<Int32> = [5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92, 95, 96]

  /// Whether a download would help.
  public var isMendedByPull: Bool {
    switch self {
    case .notCached, .revisionNotCached, .malformedReference, .incomplete, .ggufNotCached: true
    default: false
    }
  }

  /// Seconds that the server asks for.
  var retryAfter: Int? {
    switch self {
    case .tooManyRequests(_, let seconds), .serverError(_, _, let seconds): seconds
    default: nil
    }
  }
}
