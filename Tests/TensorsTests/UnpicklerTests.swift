import Files
import TestSupport
import Testing

@testable import Tensors

@Suite struct UnpicklerTests {
  private func read(_ bytes: [UInt8]) throws(TensorError) -> Pickle {
    try Unpickler.read(PickleReader(FileBytes(bytes), in: 0..<bytes.count))
  }

  private func failure(_ bytes: [UInt8]) -> TensorError? {
    do throws(TensorError) {
      _ = try read(bytes)
      return nil
    } catch {
      return error
    }
  }

  private func failure(_ text: String) -> TensorError? { failure(Array(text.utf8)) }

  /// The value in words.
  private func text(_ bytes: [UInt8]) throws -> String {
    let pickle = try read(bytes)
    func text(_ value: PickleValue) -> String {
      switch value {
      case .none: "None"
      case .bool(let value): "\(value)"
      case .integer(let value): "\(value)"
      case .text(let range): "'\(pickle.reader.name(range) ?? "")'"
      case .tuple(let range):
        "(" + pickle.heap.elements[range].map(text).joined(separator: ", ") + ")"
      case .list(let index):
        "[" + pickle.heap.lists[index].map(text).joined(separator: ", ") + "]"
      case .dictionary(let index):
        "{"
          + pickle.heap.dictionaries[index].map { "\(text($0.key)): \(text($0.value))" }
          .joined(separator: ", ") + "}"
      case .global(let global): "\(global)"
      case .storage(let index): "storage of \(pickle.heap.storages[index].count)"
      case .tensor: "tensor"
      case .bytes, .arrayType, .array, .opaque: "…"
      }
    }
    return text(pickle.root)
  }

  /// As Python's `pickle.dumps` writes them.
  @Test(arguments: [
    ("N.", "None"), ("I01\n.", "true"), ("I00\n.", "false"), ("I-12\n.", "-12"),
    ("L300L\n.", "300"),
    ("L99999999999999999999L\n.", "…"), ("F0.5\n.", "…"), ("K\u{7}.", "7"), ("M\u{1}\u{1}.", "257"),
    ("G01234567.", "…"), ("U\u{2}ab.", "'ab'"), ("T\u{2}\0\0\0ab.", "'ab'"),
    ("X\u{2}\0\0\0é.", "'é'"), ("C\u{2}ab.", "…"), ("B\u{2}\0\0\0ab.", "…"), (").", "()"),
    ("(K\u{1}K\u{2}t.", "(1, 2)"), ("(K\u{1}l.", "[1]"), ("]K\u{1}a.", "[1]"),
    ("](K\u{1}K\u{2}e.", "[1, 2]"), ("(NK\u{1}d.", "{None: 1}"), ("}NK\u{1}s.", "{None: 1}"),
    ("}(NK\u{1}K\u{2}Nu.", "{None: 1, 2: None}"), ("N(K\u{1}K\u{2}1.", "None"),
    ("NK\u{1}0.", "None"),
    ("]q\u{5}Nah\u{5}.", "[None]"), ("Nr\u{1}\u{1}\0\0Kaj\u{1}\u{1}\0\0.", "None"),
    ("ctorch\nfloat16\n.", "elementType(Tensors.ElementType.float16)"),
    ("ctorch\ndevice\n(X\u{3}\0\0\0cputR.", "…"),
    ("ccollections\nOrderedDict\n)R}NNsb.", "{}"),
    // Python 2: the items as an argument.
    ("ccollections\nOrderedDict\n(](](U\u{1}aK\u{1}e(U\u{1}bK\u{2}tetR.", "{'a': 1, 'b': 2}"),
    ("ctorch\nSize\n((K\u{2}K\u{3}ttR.", "(2, 3)"),
  ]) func readsValues(_ pickle: String, _ expected: String) throws {
    #expect(try text(Array(pickle.utf8)) == expected)
  }

  @Test func readsValuesOfLaterProtocols() throws {
    let cases: [([UInt8], String)] = [
      ([0x80, 4, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x88], "true"), ([0x89], "false"),
      ([0x4a, 0xfe, 0xff, 0xff, 0xff], "-2"), ([0x8a, 0], "0"), ([0x8a, 1, 0xff], "-1"),
      ([0x8a, 2, 0xff, 0], "255"), ([0x8a, 8] + littleEndian(Int.min), "\(Int.min)"),
      ([0x8a, 9] + [UInt8](repeating: 0, count: 9), "…"), ([0x8b, 2, 0, 0, 0, 0, 1], "256"),
      ([0x8c, 1, 0x61], "'a'"), ([0x8d, 1, 0, 0, 0, 0, 0, 0, 0, 0x61], "'a'"),
      ([0x8e, 1, 0, 0, 0, 0, 0, 0, 0, 0x61], "…"), ([0x96, 1, 0, 0, 0, 0, 0, 0, 0, 0x61], "…"),
      ([0x4e, 0x85], "(None)"), ([0x4e, 0x89, 0x86], "(None, false)"),
      ([0x4e, 0x4e, 0x89, 0x87], "(None, None, false)"), ([0x8f, 0x28, 0x4e, 0x90], "…"),
      ([0x28, 0x4e, 0x91], "…"), ([0x5d, 0x94, 0x4e, 0x94, 0x61, 0x68, 1, 0x86], "([None], None)"),
      ([0x8c, 5] + Array("torch".utf8) + [0x8c, 4] + Array("Size".utf8) + [0x93], "size"),
    ]
    for (bytes, expected) in cases {
      #expect(try text(bytes + [0x2e]) == expected)
    }
  }

  @Test(arguments: [
    ("cposix\ngetcwd\n)R.", "posix.getcwd"), ("cos\nsystem\n.", "os.system"),
    ("c__builtin__\neval\n.", "__builtin__.eval"),
    ("ctorch.storage\n_load_from_bytes\n.", "torch.storage._load_from_bytes"),
    ("U\u{2}osU\u{6}getcwd\u{93}.", "os.getcwd"),
    ("ctorch\nfloat16\u{300}\n.", "torch.float16\u{300}"),
  ]) func refusesWhatIsNoTensor(_ pickle: String, _ name: String) {
    let bytes = pickle.unicodeScalars.flatMap {
      $0.value < 0x100 ? [UInt8($0.value)] : Array(String($0).utf8)
    }
    #expect(failure(bytes) == .refusedGlobal(path: "test", name: name))
  }

  @Test(arguments: [
    // Nothing on the stack, no mark, nothing remembered.
    (".", 0), ("0.", 0), ("t.", 0), ("(0.", 1), ("N(0t.", 3), ("2.", 0), ("q\0.", 0), ("h\0.", 0),
    ("Nq\u{1}h\u{2}.", 3), ("j\u{7f}\u{7f}\u{7f}\u{7f}.", 0), ("a.", 0), ("Na.", 1), ("NNa.", 2),
    ("NNNs.", 3), ("}Ns.", 2), ("}(Nu.", 3), ("b.", 0), ("Nb.", 1), ("(Nd.", 2),
    // Calls of what cannot be called, with arguments of other kinds.
    ("N)R.", 2), ("ctorch\nSize\nNR.", 13), ("ctorch\nSize\n)R.", 13),
    ("ctorch\nFloatStorage\n)R.", 21), ("ctorch\nfloat16\n)R.", 16),
    ("ctorch._utils\n_rebuild_tensor\n)R.", 31), ("ctorch._utils\n_rebuild_tensor\n(NNNNtR.", 36),
    ("ctorch._utils\n_rebuild_tensor_v3\n)R.", 34), ("ctorch._utils\n_rebuild_parameter\n)R.", 34),
    ("ccollections\nOrderedDict\n(NtR.", 28), ("ccollections\nOrderedDict\n(](NetR.", 31),
    // Storages.
    ("NQ.", 1), (")Q.", 1), ("(NNNNNtQ.", 7),
    ("(U\u{7}storageNU\u{1}0NK\u{1}tQ.", 18),
  ]) func refusesWhatMakesNoSense(_ pickle: String, _ offset: Int) {
    #expect(failure(pickle) == .malformedPickle(path: "test", offset: offset))
  }

  @Test func refusesStoragesBeyondCounting() {
    for count in [-1, .max] {
      guard
        case .malformedPickle = failure(PickledValue.pickle(PickledValue.storage(count: count)))
      else {
        Issue.record()
        return
      }
    }
  }

  @Test(arguments: [
    "", "N", "K", "M\u{1}", "X\u{5}\0\0\0ab", "X\u{7f}\u{7f}\u{7f}\u{7f}", "ctorch\n",
  ])
  func refusesAPickleThatBreaksOff(_ pickle: String) {
    #expect(failure(pickle) == .pickleCutOff(path: "test"))
  }

  @Test func refusesUnknownInstructions() {
    // Of protocol 0, an extension, and one that does not exist.
    for byte: UInt8 in [0x53, 0x82, 0xff] {
      #expect(
        failure([0x80, 2, byte]) == .unknownOpcode(path: "test", opcode: byte, offset: 2))
    }
    #expect(
      failure([0x8d] + [UInt8](repeating: 0xff, count: 8)) == .pickleCutOff(path: "test"))
  }

  // MARK: Structures without end

  private let limit = TensorError.pickleTooLong(path: "test", limit: Unpickler.instructionLimit)

  @Test func toleratesDepth() {
    let depth = Unpickler.instructionLimit - 2
    #expect(failure([0x29] + [UInt8](repeating: 0x85, count: depth) + [0x2e]) == nil)
    #expect(failure([0x29] + [UInt8](repeating: 0x85, count: depth + 1) + [0x2e]) == limit)
    let lists =
      [UInt8](repeating: 0x5d, count: depth / 2) + [UInt8](repeating: 0x61, count: depth / 2)
    #expect(failure([0x5d] + lists + [0x2e]) == nil)
    #expect(failure([UInt8](repeating: 0x28, count: depth + 3)) == limit)
  }

  @Test func toleratesStructuresThatContainThemselves() {
    // A list, and a dictionary, in itself.
    #expect(failure("]q\0h\0a.") == nil)
    #expect(
      torchFailure(torchArchive(Array("}q\0U\u{1}ah\0s".utf8)))
        == .noStateDict(path: "test", keys: ["a"]))
  }

  /// A list that is remembered, and made a dictionary again and again.
  @Test func refusesToMultiply() {
    let count = 20_000
    let pair = Array("NN".utf8) + [0x86]
    let list = Array("](".utf8) + (0..<count).flatMap { _ in pair } + [0x65, 0x85, 0x71, 0]
    let calls = (0..<count).flatMap { _ in Array("ccollections\nOrderedDict\nh\0R".utf8) }
    #expect(failure(list + calls) == limit)
  }
}
