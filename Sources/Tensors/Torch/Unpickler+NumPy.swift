/// Objects that NumPy puts into pickles: types, arrays and numbers, by calls and by states that are set afterwards.
///
/// Reference: `array_reduce`, `array_setstate`, `arraydescr_reduce` and `gentype_reduce` in numpy/_core/src/multiarray.
extension Unpickler {
  mutating func callNumPy(
    _ global: TorchGlobal, _ arguments: Range<Int>
  ) throws(TensorError) -> PickleValue {
    let values = Array(heap.elements[arguments].prefix(4))
    switch global {
    case .arrayType:
      guard case .text(let range)? = values.first, let name = reader.name(range) else {
        throw malformed
      }
      // The byte order comes with the state.
      heap.arrayTypes.append("|" + name)
      return .arrayType(heap.arrayTypes.count - 1)
    case .emptyArray:
      guard case .global(.array)? = values.first else { throw malformed }
      heap.arrays.append(nil)
      return .array(heap.arrays.count - 1)
    case .arrayOfBytes:
      guard values.count == 4, case .bytes(let bytes) = values[0],
        case .arrayType(let type) = values[1], case .tuple(let shape) = values[2],
        case .text(let order) = values[3]
      else { throw malformed }
      heap.arrays.append(
        PickledArray(
          type: type, shape: shape, isFortran: reader.name(order) == "F", contents: .bytes(bytes)))
      return .array(heap.arrays.count - 1)
    default:
      // A number is an array without axes.
      guard values.count == 2, case .arrayType(let type) = values[0],
        case .bytes(let bytes) = values[1]
      else { return .opaque }
      heap.arrays.append(
        PickledArray(type: type, shape: 0..<0, isFortran: false, contents: .bytes(bytes)))
      return .array(heap.arrays.count - 1)
    }
  }

  /// Sets the state of an object. What other objects keep, such as the versions of modules that torch has beside a
  /// dictionary, is left out.
  mutating func build(_ object: PickleValue, _ state: PickleValue) throws(TensorError) {
    switch object {
    case .arrayType(let index):
      // (version, byte order, …)
      guard case .tuple(let range) = state, range.count >= 2,
        case .text(let order) = heap.elements[range.lowerBound + 1], let order = reader.name(order)
      else { throw malformed }
      // "=" is the machine's own; those that write "<" and ">" are the same everywhere.
      heap.arrayTypes[index] = (order == "=" ? "<" : order) + heap.arrayTypes[index].dropFirst()
    case .array(let index):
      // (version, shape, type, is Fortran, bytes or list)
      guard case .tuple(let range) = state, range.count == 5 else { throw malformed }
      let values = Array(heap.elements[range])
      guard case .tuple(let shape) = values[1], case .arrayType(let type) = values[2] else {
        throw malformed
      }
      let isFortran =
        switch values[3] {
        case .bool(let value): value
        case .integer(let value): value != 0
        default: false
        }
      let contents: PickledArray.Contents
      switch values[4] {
      case .bytes(let bytes): contents = .bytes(bytes)
      case .list(let list): contents = .objects(list)
      default: throw malformed
      }
      heap.arrays[index] = PickledArray(
        type: type, shape: shape, isFortran: isFortran, contents: contents)
    default:
      break
    }
  }
}
