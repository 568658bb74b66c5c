import Files
import Glibc
import TerminalUI

/// One program for all targets, since each build costs minutes: the environment variable FUZZ_TARGET names the one that
/// libFuzzer tries. `Tests/Fuzzing/run` does that.
enum Fuzz {
  /// What can be tried, by name. Each takes any bytes; it may throw, but neither crash, nor hang, nor fail a precondition.
  static let targets: [String: @Sendable (FileBytes) throws -> Void] = [
    "json": Readers.json,
    "safetensors": Readers.safetensors,
    "gguf": Readers.gguf,
    "numpy": Readers.numpy,
    "torch": Readers.torch,
    "attention": Readers.attention,
    "tokenizer": Models.tokenizer,
    "sentencepiece": Models.tokenizer,
    "vocabulary": Models.tokenizer,
    "configuration": Models.configuration,
    "checkpoint": Models.checkpoint,
    "settings": Screens.settings,
    "input": Screens.input,
    "commands": Screens.commands,
    "keys": Screens.keys,
  ]

  /// How the file is called, with which every message about it has to begin.
  static let fileName = "input"

  static let target = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = targets[name] else {
      let names = targets.keys.sorted().joined(separator: ", ")
      print("FUZZ_TARGET has to name a target: \(names)")
      exit(64)
    }
    return target
  }()

  static func run(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    // A copy that ends where the bytes end, so that AddressSanitizer sees a step too far.
    let file = FileBytes(name: fileName, count: count) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
    }
    do {
      try target(file)
    } catch {
      // What the program would print.
      let message = TextWidth.printable("\(error)")
      precondition(!message.isEmpty && message.unicodeScalars.allSatisfy(isHarmless))
    }
  }

  /// Whether a terminal draws a character, instead of doing something.
  static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory != .control && TextWidth.columns(of: scalar) >= 0
  }
}

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _: UnsafeMutablePointer<CInt>?, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  _ = Fuzz.target
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.run(start, count)
  return 0
}
