import Foundation
import TestSupport
import Testing

@testable import Hub

@Suite struct HubSettingsTests {
  private func settings(_ variables: [String: String]) -> HubSettings {
    HubSettings { variables[$0] }
  }

  @Test(arguments: [
    ([:], "/home/me/.cache/huggingface/hub"),
    (["XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
    (["XDG_CACHE_HOME": "/x", "HF_HOME": "/h"], "/h/hub"),
    (["HF_HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/old"], "/old"),
    (["HUGGINGFACE_HUB_CACHE": "/old", "HF_HUB_CACHE": "/new"], "/new"),
    (["HF_HUB_CACHE": ""], "/home/me/.cache/huggingface/hub"),
    (["HF_HUB_CACHE": "~/c"], "/home/me/c"),
    (["HF_HOME": "~"], "/home/me/hub"),
    (["HF_HUB_CACHE": "$BIG/${SUB}s/$NONE/$"], "/disk/caches/$NONE/$"),
    (["HF_HUB_CACHE": "/a~b"], "/a~b"),
  ])
  func theCacheIsWherePythonHasIt(_ variables: [String: String], _ path: String) {
    let all = ["HOME": "/home/me", "BIG": "/disk", "SUB": "cache"].merging(variables) { $1 }
    #expect(settings(all).cache.path == path)
  }

  @Test(arguments: ["1", "ON", "yes", "True"])
  func isOffline(_ value: String) {
    #expect(settings(["HF_HUB_OFFLINE": value]).isOffline)
    #expect(settings(["TRANSFORMERS_OFFLINE": value]).isOffline)
  }

  @Test(arguments: ["", "0", "no", "false"])
  func isNotOffline(_ value: String) {
    #expect(!settings(["HF_HUB_OFFLINE": value]).isOffline)
  }

  @Test func theEndpointEndsInNoSlash() {
    #expect(settings([:]).endpoint == "https://huggingface.co")
    #expect(
      settings(["HF_ENDPOINT": "https://mirror.example/hf//"]).endpoint
        == "https://mirror.example/hf")
  }

  @Test(arguments: ["huggingface.co", "ftp://x", "https:", "https://a b", "https://a\"b", ""])
  func anEndpointIsAnAddress(_ endpoint: String) {
    let settings = settings(["HF_ENDPOINT": endpoint])
    if endpoint.isEmpty {
      #expect(throws: Never.self) { try HubClient(settings) }
    } else {
      #expect(throws: HubError.malformedEndpoint(endpoint)) { try HubClient(settings) }
    }
  }

  @Test func theTokenIsTheVariablesOrTheFiles() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/token"
    try Data(" hf_file\r\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try settings(["HF_TOKEN": " hf_x\n", "HF_TOKEN_PATH": path]).token()?.value == "hf_x")
    #expect(try settings(["HUGGING_FACE_HUB_TOKEN": "hf_y"]).token()?.value == "hf_y")
    #expect(try settings(["HF_TOKEN_PATH": path]).token()?.value == "hf_file")
    #expect(try settings(["HF_HOME": folder.path]).token()?.source == path)
    #expect(try settings(["HF_HOME": folder.path + "/none"]).token() == nil)
    #expect(try settings(["HF_TOKEN": " \n", "HF_HOME": "/none"]).token() == nil)
    let disabled = ["HF_TOKEN": "hf_x", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]
    #expect(try settings(disabled).token() == nil)
  }

  @Test(arguments: ["hf_a\nheader = \"X: y\"", "hf a", "hf_é", "hf_\u{7F}"])
  func aTokenIsOneWord(_ token: String) {
    #expect(throws: HubError.malformedToken(source: "HF_TOKEN")) {
      try settings(["HF_TOKEN": token]).token()
    }
  }

  @Test func aTokenSaysNothingOfItself() throws {
    let token = try #require(try settings(["HF_TOKEN": "hf_secret"]).token())
    #expect("\(token)" == "the token of HF_TOKEN")
    #expect(!String(reflecting: token).contains("hf_secret"))
  }
}
