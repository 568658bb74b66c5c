import Files

/// The contents of a pickle.
struct Pickle {
  let root: PickleValue
  let heap: PickleHeap
  /// Stands behind the pickle.
  let reader: PickleReader
}

/// Reads a pickle, a program for a stack machine, without running anything that it names.
///
/// Memory grows with the number of instructions, which is limited; no instruction goes back.
/// Reference: the class `_Unpickler` in Lib/pickle.py of CPython.
struct Unpickler {
  /// A tensor takes about 30.
  static let instructionLimit = 2_000_000

  private(set) var reader: PickleReader
  var heap = PickleHeap()
  private var stack: [PickleValue] = []
  /// Heights of the stack.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var instructionCount = 0
  /// The offset of the instruction.
  private var position = 0

  static func read(_ reader: PickleReader) throws(TensorError) -> Pickle {
    var unpickler = Unpickler(reader: reader)
    let root = try unpickler.run()
    return Pickle(root: root, heap: unpickler.heap, reader: unpickler.reader)
  }

  private init(reader: PickleReader) { self.reader = reader }

  private mutating func run() throws(TensorError) -> PickleValue {
    while true {
      try count(1)
      position = reader.position
      let byte: UInt8 = try reader.number()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw .unknownOpcode(path: reader.path, opcode: byte, offset: position)
      }
      if opcode == .stop { return try pop() }
      try perform(opcode)
    }
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(TensorError) {
    switch opcode {
    case .stop: break
    case .proto: _ = try reader.take(1)
    case .frame: _ = try reader.take(8)
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .duplicate: stack.append(try top)

    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .int: stack.append(decimal(try reader.takeLine()))
    case .long: stack.append(decimal(try reader.takeLine().dropLast()))
    case .binInt: stack.append(.integer(Int(try reader.number(as: Int32.self))))
    case .binInt1: stack.append(.integer(Int(try reader.number(as: UInt8.self))))
    case .binInt2: stack.append(.integer(Int(try reader.number(as: UInt16.self))))
    case .long1: stack.append(integer(try reader.takeCounted(by: UInt8.self)))
    case .long4: stack.append(integer(try reader.takeCounted(by: UInt32.self)))
    case .float:
      _ = try reader.takeLine()
      stack.append(.opaque)
    case .binFloat:
      _ = try reader.take(8)
      stack.append(.opaque)

    case .shortBinString, .shortBinUnicode:
      stack.append(.text(try reader.takeCounted(by: UInt8.self)))
    case .binString, .binUnicode:
      stack.append(.text(try reader.takeCounted(by: UInt32.self)))
    case .binUnicode8:
      stack.append(.text(try reader.takeCounted(by: UInt64.self)))
    case .shortBinBytes:
      stack.append(.bytes(.plain(try reader.takeCounted(by: UInt8.self))))
    case .binBytes:
      stack.append(.bytes(.plain(try reader.takeCounted(by: UInt32.self))))
    case .binBytes8, .byteArray8:
      stack.append(.bytes(.plain(try reader.takeCounted(by: UInt64.self))))

    case .emptyTuple: stack.append(.tuple(0..<0))
    case .tuple: stack.append(heap.tuple(try popToMark()))
    case .tuple1: stack.append(heap.tuple(try pop(1)))
    case .tuple2: stack.append(heap.tuple(try pop(2)))
    case .tuple3: stack.append(heap.tuple(try pop(3)))
    case .emptyList: stack.append(heap.list([]))
    case .list: stack.append(heap.list(try popToMark()))
    case .append: try appendToTop(try pop(1))
    case .appends, .addItems: try appendToTop(try popToMark())
    case .emptyDictionary: stack.append(heap.dictionary())
    case .dictionary:
      let items = try popToMark()
      stack.append(heap.dictionary())
      try setItemsOfTop(items)
    case .setItem: try setItemsOfTop(try pop(2))
    case .setItems: try setItemsOfTop(try popToMark())
    case .emptySet: stack.append(.opaque)
    case .frozenSet:
      _ = try popToMark()
      stack.append(.opaque)

    case .binPut: memo[Int(try reader.number(as: UInt8.self))] = try top
    case .longBinPut: memo[Int(try reader.number(as: UInt32.self))] = try top
    case .memoize: memo[memo.count] = try top
    case .binGet: stack.append(try recall(Int(try reader.number(as: UInt8.self))))
    case .longBinGet: stack.append(try recall(Int(try reader.number(as: UInt32.self))))

    case .global:
      let module = try reader.takeLine()
      stack.append(.global(try global(module, try reader.takeLine())))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw malformed
      }
      stack.append(.global(try global(module, name)))
    case .reduce, .newObject:
      guard case .tuple(let arguments) = try pop(), case .global(let global) = try pop() else {
        throw malformed
      }
      stack.append(try call(global, arguments))
    case .build:
      let state = try pop()
      try build(try top, state)
    case .binPersistentId: stack.append(heap.storage(try storage(try pop())))
    }
  }

  /// Adds to the work done.
  mutating func count(_ steps: Int) throws(TensorError) {
    instructionCount += steps
    guard instructionCount <= Self.instructionLimit else {
      throw .pickleTooLong(path: reader.path, limit: Self.instructionLimit)
    }
  }

  var malformed: TensorError { .malformedPickle(path: reader.path, offset: position) }
}

// MARK: The stack

extension Unpickler {
  private var top: PickleValue {
    get throws(TensorError) {
      guard let value = stack.last else { throw malformed }
      return value
    }
  }

  private mutating func pop() throws(TensorError) -> PickleValue {
    guard let value = stack.popLast() else { throw malformed }
    return value
  }

  private mutating func pop(_ count: Int) throws(TensorError) -> [PickleValue] {
    guard count <= stack.count else { throw malformed }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(TensorError) -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw malformed }
    return try pop(stack.count - mark)
  }

  private func recall(_ index: Int) throws(TensorError) -> PickleValue {
    guard let value = memo[index] else { throw malformed }
    return value
  }
}

// MARK: Values

extension Unpickler {
  private func integer(_ range: Range<Int>) -> PickleValue {
    reader.integer(range).map { .integer($0) } ?? .opaque
  }

  /// Protocols 0 and 1 write truth as a number of two digits.
  private func decimal(_ range: Range<Int>) -> PickleValue {
    switch reader.name(range) {
    case "00": .bool(false)
    case "01": .bool(true)
    case let digits: digits.flatMap { Int($0) }.map { .integer($0) } ?? .opaque
    }
  }

  private func global(
    _ module: Range<Int>, _ name: Range<Int>
  ) throws(TensorError) -> TorchGlobal {
    guard let module = reader.name(module), let name = reader.name(name) else { throw malformed }
    guard let global = TorchGlobal("\(module).\(name)") else {
      throw .refusedGlobal(path: reader.path, name: "\(module).\(name)")
    }
    return global
  }

  private mutating func appendToTop(_ values: [PickleValue]) throws(TensorError) {
    switch try top {
    case .list(let index): heap.lists[index] += values
    case .opaque: break
    default: throw malformed
    }
  }

  private mutating func setItemsOfTop(_ items: [PickleValue]) throws(TensorError) {
    guard case .dictionary(let index) = try top, items.count.isMultiple(of: 2) else {
      throw malformed
    }
    for item in stride(from: 0, to: items.count, by: 2) {
      heap.dictionaries[index].append((key: items[item], value: items[item + 1]))
    }
  }
}
