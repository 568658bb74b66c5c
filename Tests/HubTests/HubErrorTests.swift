import Files
import Testing

@testable import Hub

/// The wording of every error: one line that names the culprit and the fix.
@Suite struct HubErrorTests {
  private static let id = ModelID("org/name")!
  private static let revision = Revision("v1")!

  static let wordings: [(HubError, String)] = [
    (.file(.missing(path: "/x")), "/x: no such file or folder"),
    (
      .notCached(id, cache: "/c"),
      "org/name: not in the cache (/c); \"bertviz-tui pull org/name\" downloads it"
    ),
    (
      .revisionNotCached(revision, id, cached: ["main", "abcd1234"]),
      "org/name: no revision \"v1\" in the cache, which has main, abcd1234; "
        + "\"bertviz-tui pull org/name --revision v1\" downloads it"
    ),
    (
      .revisionNotCached(revision, id, cached: []),
      "org/name: no revision \"v1\" in the cache, which has none; "
        + "\"bertviz-tui pull org/name --revision v1\" downloads it"
    ),
    (
      .ambiguousRevision(Revision("ab")!, id, commits: ["abc", "abd"]),
      "org/name: several commits begin with ab: abc, abd"
    ),
    (
      .malformedReference(path: "/c/refs/main"),
      "/c/refs/main: not a commit's hash; \"bertviz-tui pull\" writes it again"
    ),
    (
      .incomplete(id, revision: "main", missing: ["a"], isCutOff: true),
      "org/name: incomplete in the cache: a is missing, a download was cut off; "
        + "\"bertviz-tui pull org/name\" completes it"
    ),
    (
      .incomplete(id, revision: "v1", missing: ["a", "b", "c", "d"], isCutOff: false),
      "org/name: incomplete in the cache: a, b and 2 more are missing; "
        + "\"bertviz-tui pull org/name --revision v1\" completes it"
    ),
    (
      .cacheNotWritable(path: "/c", reason: "Permission denied"),
      "/c: cannot be written: Permission denied; HF_HUB_CACHE can name another folder"
    ),
    (
      .noSpace(needed: 2_000_000_000, available: 1_000_000, path: "/c"),
      "/c: too little space: 2.0 GB needed, 1.0 MB free; HF_HUB_CACHE can name another folder"
    ),
    (.offline, "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set: nothing is downloaded"),
    (
      .noCurl,
      "downloads need the program curl, which is not there; install it, "
        + "for example: sudo apt-get install curl"
    ),
    (
      .malformedEndpoint("x"),
      "HF_ENDPOINT: \"x\" is not an address such as https://huggingface.co"
    ),
    (.malformedToken(source: "HF_TOKEN"), "HF_TOKEN: has characters that no token has"),
    (
      .noSuchModel(id, hub: "hub", hasToken: false),
      "org/name: hub has no such model, or it is private and needs a token: set HF_TOKEN"
    ),
    (
      .noSuchModel(id, hub: "hub", hasToken: true),
      "org/name: hub has no such model, or it is private and the token does not open it"
    ),
    (.noSuchRevision(revision, id), "org/name: has no branch, tag or commit \"v1\""),
    (.noSuchFile("f", id), "org/name: the hub has no file f"),
    (
      .gated(id, page: "https://hub/org/name", hasToken: false),
      "org/name: restricted by its authors: ask for access at https://hub/org/name, "
        + "then set HF_TOKEN"
    ),
    (
      .gated(id, page: "https://hub/org/name", hasToken: true),
      "org/name: restricted by its authors: ask for access at https://hub/org/name"
    ),
    (.tokenRefused(source: "/t"), "/t: the hub does not accept this token"),
    (.forbidden(id, reason: "No."), "org/name: the hub refuses access: No."),
    (.forbidden(id, reason: nil), "org/name: the hub refuses access"),
    (.tooManyRequests(host: "h", retryAfter: 9), "h: too many requests; try again in 9 s"),
    (.tooManyRequests(host: "h", retryAfter: nil), "h: too many requests; try again later"),
    (
      .serverError(host: "h", status: 502, retryAfter: nil),
      "h: answers with error 502; try again later"
    ),
    (.unexpectedAnswer(host: "h", what: "x"), "h: unexpected answer: x"),
    (
      .insecureRedirect(host: "h", target: "i"),
      "h: refuses to follow it to i, which is not encrypted"
    ),
    (
      .connection(host: "h", code: 6, reason: "Could not resolve host: h"),
      "h: Could not resolve host: h"
    ),
    (
      .cutOff(file: "f", received: 1, expected: 2),
      "f: the connection ended after 1 of 2 bytes; pull again to go on"
    ),
    (.cancelled, "given up"),
    (.lacks("f", id), "org/name: has no f"),
    (
      .noWeights(id, lookedFor: ["a", "b"]),
      "org/name: has no weights that can be read: looked for a, b"
    ),
    (
      .severalGGUF(id, ["m-IQ2.Q4_0", "m-IQ2.Q8_0"]),
      "org/name: several models in GGUF: name one by its end, such as org/name:Q4_0: m-IQ2.Q4_0, m-IQ2.Q8_0"
    ),
    (.noGGUF("Q1", id, []), "org/name: no model in GGUF whose name ends in Q1"),
    (
      .noGGUF("Q1", id, ["a", "b"]),
      "org/name: no model in GGUF whose name ends in Q1, but a, b"
    ),
    (
      .ggufNotCached("Q1", id, cached: ["m-Q8_0"]),
      "org/name: no Q1 in the cache, which has m-Q8_0; \"bertviz-tui pull org/name:Q1\" downloads it"
    ),
    (
      .unsafeFileName("../x", id),
      "org/name: refuses the file \"../x\": only plain file names are allowed"
    ),
    (.noChecksum("f", id), "org/name: the hub gives no checksum of f"),
    (
      .malformedIndex("f", id), "org/name: f does not say in which files the weights are"
    ),
    (
      .tooLong(file: "f", expected: 2),
      "f: more than the 2 bytes that it should have came, and are thrown away"
    ),
    (
      .wrongChecksum(file: "f"),
      "f: the checksum is wrong, what came is thrown away; pull again"
    ),
  ]

  @Test(arguments: wordings)
  func isOneLine(_ error: HubError, _ text: String) {
    #expect(error.description == text)
  }
}
