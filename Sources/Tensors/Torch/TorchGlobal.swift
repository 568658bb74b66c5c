/// The names of Python's modules that pickles of tensors may use. Nothing is run: each has a fixed meaning here.
enum TorchGlobal {
  /// `_rebuild_tensor` and `_rebuild_tensor_v2`: storage, offset, shape, strides, …
  case rebuildTensor
  /// `_rebuild_tensor_v3`: the same, the element type as seventh.
  case rebuildTypedTensor
  case rebuildParameter
  case storage(ElementType)
  case elementType(ElementType)
  case orderedDictionary
  case size
  /// `_codecs.encode`: protocol 2 writes bytes as text to be encoded.
  case encode
  /// `numpy.dtype`
  case arrayType
  /// `numpy.ndarray`
  case array
  /// `_reconstruct` of NumPy's: an array whose state comes later.
  case emptyArray
  /// `_frombuffer` of NumPy's, since protocol 5: bytes, type, shape, order.
  case arrayOfBytes
  /// A number of NumPy's: type, bytes.
  case scalar
  /// Makes something that is of no interest.
  case ignored

  /// - Parameter name: Module and name, with a dot between them.
  init?(_ name: String) {
    switch name {
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2":
      self = .rebuildTensor
    case "torch._utils._rebuild_tensor_v3":
      self = .rebuildTypedTensor
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      self = .rebuildParameter
    case "collections.OrderedDict":
      self = .orderedDictionary
    case "torch.Size":
      self = .size
    case "_codecs.encode":
      self = .encode
    case "numpy.dtype":
      self = .arrayType
    case "numpy.ndarray", "numpy.matrix", "numpy.memmap", "numpy.matrixlib.defmatrix.matrix":
      self = .array
    // NumPy 2 has moved them.
    case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
      self = .emptyArray
    case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer":
      self = .arrayOfBytes
    case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar":
      self = .scalar
    // Protocol 2 writes sets as lists.
    case "torch.device", "__builtin__.set", "builtins.set":
      self = .ignored
    default:
      if let type = Self.storages[name] {
        self = .storage(type)
      } else if let type = Self.elementTypes[name] {
        self = .elementType(type)
      } else {
        return nil
      }
    }
  }

  private static let storages: [String: ElementType] = [
    "torch.FloatStorage": .float32, "torch.HalfStorage": .float16,
    "torch.BFloat16Storage": .bfloat16, "torch.DoubleStorage": .float64,
    "torch.LongStorage": .int64, "torch.IntStorage": .int32, "torch.ShortStorage": .int16,
    "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
    "torch.ComplexFloatStorage": .complex64,
    // Bytes; the tensor says what they are.
    "torch.storage.UntypedStorage": .uint8,
  ]

  private static let elementTypes: [String: ElementType] = [
    "torch.float32": .float32, "torch.float16": .float16, "torch.bfloat16": .bfloat16,
    "torch.float64": .float64, "torch.int64": .int64, "torch.int32": .int32,
    "torch.int16": .int16, "torch.int8": .int8, "torch.uint64": .uint64,
    "torch.uint32": .uint32, "torch.uint16": .uint16, "torch.uint8": .uint8,
    "torch.bool": .bool, "torch.complex64": .complex64, "torch.float8_e4m3fn": .float8E4M3,
    "torch.float8_e5m2": .float8E5M2, "torch.float8_e8m0fnu": .float8E8M0,
  ]
}
