import Testing

@testable import Hub

@Suite struct HTTPURLTests {
  @Test func knowsWhoSeesARequest() throws {
    let url = try #require(HTTPURL("HTTPS://User:pw@Host.example:8443/a/b?c=/d"))
    #expect(url.origin == "https://user:pw@host.example:8443")
    #expect(url.host == "host.example:8443")
    #expect(url.isEncrypted)
    #expect(HTTPURL("http://h?x")?.origin == "http://h")
  }

  @Test(arguments: [
    ("https://cdn.example/x", "https://cdn.example/x"), ("/api/new", "https://hub.example/api/new"),
    ("//cdn.example/x", "https://cdn.example/x"),
  ])
  func followsRedirects(_ location: String, _ target: String) throws {
    let url = try #require(HTTPURL("https://hub.example/api/old?x=1"))
    #expect(url.resolving(location)?.description == target)
  }

  @Test(arguments: [
    "", "relative", "file:///etc/passwd", "ftp://h/x", "https://h/\"\noutput = \"/tmp/x",
    "https://h/a b",
    "https://h/\\", "https:///x",
  ])
  func goesNowhereElse(_ location: String) throws {
    let url = try #require(HTTPURL("https://hub.example/"))
    #expect(url.resolving(location) == nil)
  }

  @Test func encodesWhatIsNoLetter() {
    #expect("refs/pr/1".percentEncoded == "refs%2Fpr%2F1")
    #expect("a-b_c.d~é".percentEncoded == "a-b_c.d~%C3%A9")
    #expect("x?y#z\"".percentEncoded == "x%3Fy%23z%22")
  }
}

@Suite struct HTTPResponseTests {
  @Test func readsHeaders() throws {
    let response = try #require(
      HTTPResponse(
        "HTTP/2 302 \r\nlocation: https://cdn/x\r\nX-Linked-Etag: \"abc\"\r\netag: W/\"def\"\r\n"
          + "x-linked-size: 12\r\ncontent-length: 3\r\n\r\n"))
    #expect(response.status == 302)
    #expect(response.location == "https://cdn/x")
    #expect(response.etag == "abc")
    #expect(response.fileSize == 12)
  }

  @Test func readsWhatLiesOnTheHubItself() throws {
    let response = try #require(
      HTTPResponse("HTTP/1.1 200 OK\r\nETag: W/\"def\"\r\nContent-Length: 3\r\n\r\n"))
    #expect(response.etag == "def")
    #expect(response.fileSize == 3)
    #expect(response.location == nil)
  }

  @Test func readsWhereAPartBegins() {
    let text = "HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/10\r\n\r\n"
    #expect(HTTPResponse(text)?.rangeStart == 5)
    #expect(
      HTTPResponse("HTTP/1.1 200 OK\r\nContent-Range: bytes 5-9/10\r\n\r\n")?.rangeStart == nil)
  }

  @Test(arguments: [
    ("Retry-After: 7", 7), ("Retry-After: -7", 0),
    ("RateLimit: \"api\";r=0;t=55", 55), ("RateLimit: \"api\"; r=0; t=5", 5),
  ])
  func readsHowLongToWait(_ header: String, _ seconds: Int) {
    #expect(HTTPResponse("HTTP/1.1 429 X\r\n\(header)\r\n\r\n")?.retryAfter == seconds)
  }

  @Test(arguments: ["Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", "RateLimit: \"api\";r=3;t=55"])
  func waitsAsItLikesOtherwise(_ header: String) {
    #expect(HTTPResponse("HTTP/1.1 429 X\r\n\(header)\r\n\r\n")?.retryAfter == nil)
  }

  @Test(arguments: ["", "HTTP/1.1", "200 OK", "HTTP/1.1 OK", "<html>"])
  func isNoAnswer(_ text: String) {
    #expect(HTTPResponse(text) == nil)
  }
}
