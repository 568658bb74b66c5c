import Files
import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Arrays of NumPy's in pickles, as `pickle.dump` and `torch.save` write them.
@Suite struct NumPyPickleTests {
  /// `[arange(6, dtype="f4").reshape(2, 3), asfortranarray(arange(6, dtype="f2").reshape(2, 3)),
  /// array(["a", "bé"]), int64(7)]`, pickled by NumPy 2.4 with protocols 2, 4 and 5.
  private static let pickles = [
    """
    gAJdcQAoY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEBY251bXB5Cm5kYXJyYXkKcQJLAIVxA2NfY29kZWNzCmVuY29kZQpx\
    BFgBAAAAYnEFWAYAAABsYXRpbjFxBoZxB1JxCIdxCVJxCihLAUsCSwOGcQtjbnVtcHkKZHR5cGUKcQxYAgAAAGY0cQ2JiIdxDlJxDyhLA1gBAAAA\
    PHEQTk5OSv////9K/////0sAdHERYoloBFgbAAAAAAAAAAAAwoA/AAAAQAAAQEAAAMKAQAAAwqBAcRJoBoZxE1JxFHRxFWJoAWgCSwCFcRZoCIdx\
    F1JxGChLAUsCSwOGcRloDFgCAAAAZjJxGomIh3EbUnEcKEsDaBBOTk5K/////0r/////SwB0cR1iiGgEWAwAAAAAAABCADwARABAAEVxHmgGhnEf\
    UnEgdHEhYmgBaAJLAIVxImgIh3EjUnEkKEsBSwKFcSVoDFgCAAAAVTJxJomIh3EnUnEoKEsDaBBOTk5LCEsESwh0cSliiWgEWBEAAABhAAAAAAAA\
    AGIAAADDqQAAAHEqaAaGcStScSx0cS1iY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKc2NhbGFyCnEuaAxYAgAAAGk4cS+JiIdxMFJxMShLA2gQTk5O\
    Sv////9K/////0sAdHEyYmgEWAgAAAAHAAAAAAAAAHEzaAaGcTRScTWGcTZScTdlLg==
    """,
    """
    gASVfwEAAAAAAABdlCiMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKU\
    h5RSlChLAUsCSwOGlGgEjAVkdHlwZZSTlIwCZjSUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYolDGAAAAAAAAIA/AAAAQAAAQEAAAIBA\
    AACgQJR0lGJoA2gGSwCFlGgIh5RSlChLAUsCSwOGlGgNjAJmMpSJiIeUUpQoSwNoEU5OTkr/////Sv////9LAHSUYohDDAAAAEIAPABEAEAARZR0\
    lGJoA2gGSwCFlGgIh5RSlChLAUsChZRoDYwCVTKUiYiHlFKUKEsDaBFOTk5LCEsESwh0lGKJQxBhAAAAAAAAAGIAAADpAAAAlHSUYmgBjAZzY2Fs\
    YXKUk5RoDYwCaTiUiYiHlFKUKEsDaBFOTk5K/////0r/////SwB0lGJDCAcAAAAAAAAAlIaUUpRlLg==
    """,
    """
    gAWVeQEAAAAAAABdlCiME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWGAAAAAAAAAAAAAAAAACAPwAAAEAAAEBAAACAQAAA\
    oECUjAVudW1weZSMBWR0eXBllJOUjAJmNJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwJLA4aUjAFDlHSUUpRoAyiWDAAAAAAAAAAA\
    AABCADwARABAAEWUaAeMAmYylImIh5RSlChLA2gLTk5OSv////9K/////0sAdJRiSwJLA4aUjAFGlHSUUpRoAyiWEAAAAAAAAABhAAAAAAAAAGIA\
    AADpAAAAlGgHjAJVMpSJiIeUUpQoSwNoC05OTksISwRLCHSUYksChZRoDnSUUpSMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAZzY2FsYXKUk5Ro\
    B4wCaTiUiYiHlFKUKEsDaAtOTk5K/////0r/////SwB0lGJDCAcAAAAAAAAAlIaUUpRlLg==
    """,
  ]
  /// `zeros(2, ">f4")`
  private static let bigEndian =
    "gASVkQAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsChZRoA4wFZHR5cGWUk5SMAmY0lImIh5RSlChLA4wBPpROTk5K/////0r/////SwB0lGKJQwgAAAAAAAAAAJR0lGIu"

  private func bytes(_ base64: String) throws -> [UInt8] {
    Array(try #require(Data(base64Encoded: base64)))
  }

  private func leaves(_ bytes: [UInt8]) throws -> [String] {
    try TorchTree(FileBytes(bytes)).leaves.map { leaf in
      let place = leaf.path.joined(separator: "/")
      switch leaf.value {
      case .tensor(let tensor): return "\(place): \(tensor.shape) \(try tensor.floats())"
      case .text(let text): return "\(place): \"\(text)\""
      case .integer(let number): return "\(place): \(number)"
      }
    }
  }

  private static let expected = [
    "0: [2, 3] [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]", "1: [2, 3] [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]",
    "2/0: \"a\"", "2/1: \"bé\"", "3: 7",
  ]

  @Test(arguments: pickles) func plainPickles(_ pickle: String) throws {
    #expect(try leaves(bytes(pickle)) == Self.expected)
  }

  @Test func inAnArchiveOfTorch() throws {
    var zip = ZipBuilder()
    zip.records = [.init("toy/data.pkl", try bytes(Self.pickles[0]))]
    #expect(try leaves(zip.bytes) == Self.expected)
  }

  /// Cut off or changed anywhere, a pickle is an error or another value, and nothing worse.
  @Test(arguments: pickles) func brokenOnes(_ pickle: String) throws {
    let whole = try bytes(pickle)
    for count in 0..<whole.count {
      #expect(throws: TensorError.self) { try leaves(Array(whole[..<count])) }
      for change in [1, 0x55, 0xFF] as [UInt8] {
        var changed = whole
        changed[count] ^= change
        _ = try? leaves(changed)
      }
    }
  }

  private func failure(_ bytes: [UInt8]) -> String {
    do { return "\(try leaves(bytes))" } catch { return "\(error)" }
  }

  @Test func whatIsNotReadIsNamed() throws {
    #expect(
      failure(try bytes(Self.bigEndian))
        == "test: the array: dtype >f4 is not read; save it as float32")
    for (module, name, text) in [
      (
        "posix", "system",
        "test: refuses posix.system: only tensors are read from a pickle, nothing is run"
      ),
      (
        "torch.storage", "_load_from_bytes",
        "test: tensors pickled without torch.save, which are not read; save them with it"
      ),
      (
        "joblib.numpy_pickle", "NumpyArrayWrapper",
        "test: written by joblib, which is not read; save the arrays with numpy.savez"
      ),
      (
        "numpy.testing", "run_module_suite",
        "test: refuses numpy.testing.run_module_suite: only tensors are read from a pickle, nothing is run"
      ),
    ] {
      #expect(failure(PickledValue.pickle(PickledValue.global(module, name))) == text)
    }
  }
}
