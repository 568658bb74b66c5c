import Attention
import CResources
import Explorer
import Files
import TerminalUI

/// A page to explore attention in a browser: one file, which asks the network for nothing.
struct Page {
  let data: PageData

  /// Of the style sheet and the script, for the page's own policy: nothing else may run or be loaded.
  /// A test compares them with the files.
  static let styleHash = "sha256-0ITQxT2P6dVTdfPMTFbA7B97VgJ/87kWVq4ro5GMQCc="
  static let scriptHash = "sha256-I5BMvuI1OutN59JwNpHutpnNcxTGeiwfc7vUY9cmN8M="

  static var style: String { text(of: resource_page_style) }
  static var script: String { text(of: resource_page_script) }

  private static func text(of resource: resource) -> String {
    String(
      decoding: UnsafeRawBufferPointer(start: resource.bytes, count: resource.size),
      as: UTF8.self)
  }

  /// The page as HTML.
  var html: String {
    let model = Markup.escaped(data.title)
    let theme = data.appearance.map { " data-theme=\"\($0 == .dark ? "dark" : "light")\"" } ?? ""
    let policy =
      "default-src 'none'; style-src '\(Self.styleHash)'; script-src '\(Self.scriptHash)'; "
      + "base-uri 'none'; form-action 'none'"
    let notes = data.notes.map { "<p class=\"notes\">\(Markup.escaped($0))</p>\n" }.joined()
    return """
      <!DOCTYPE html>
      <html lang="en"\(theme)>
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width">
      <title>\(model): attention</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <header>
      <h1>\(model)</h1>
      <p>\(Markup.escaped(data.dimensions))</p>
      \(notes)</header>
      <nav aria-label="what is shown"></nav>
      <main><noscript>This page needs JavaScript. It loads nothing.</noscript></main>
      <output aria-live="polite"></output>
      <script type="application/json" id="data">\(data.json)</script>
      <script>\(Self.script)</script>
      </body>
      </html>

      """
  }
}
