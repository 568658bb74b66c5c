import Files

/// A checkpoint as `torch.save` writes it (`pytorch_model.bin`), used where it lies.
///
/// A pickle describes a dictionary of tensors, each a view (offset, shape, strides) of a storage; the
/// storages follow as plain numbers. What is not dense in its storage, such as a transposed matrix, is
/// copied. The dictionary is the outermost, or the only one with tensors directly inside it, as in
/// `{"state_dict": {…}}`; what else it holds is left out.
public struct TorchFile: Sendable {
  public let path: String
  public let tensors: [String: Tensor]

  public init(_ file: FileBytes) throws(TensorError) {
    path = file.path
    let contents = try TorchContents(file)
    var reader = TorchTensorReader(contents, in: file)
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in try contents.pickle.stateDict() {
      guard tensors.updateValue(try reader.read(tensor, name: name), forKey: name) == nil else {
        throw .duplicateTensor(path: path, tensor: name)
      }
    }
    self.tensors = tensors
  }
}

/// The parts of a file, which each of the two formats has in its own way.
struct TorchContents {
  /// The description of the tensors.
  let pickle: Pickle
  /// The ranges of the storages in the file, by key.
  let storages: [String: Range<Int>]

  init(_ file: FileBytes) throws(TensorError) {
    if file.bytes.starts(with: Self.archiveSignature) {
      try self.init(archive: file)
    } else if file.bytes.starts(with: Self.stackSignature) {
      try self.init(stack: file)
    } else {
      throw .notATorchFile(path: file.path)
    }
  }

  /// A pickle that Python wrote without torch: of protocol 2 or newer, arrays of NumPy's in it.
  init(plain file: FileBytes) throws(TensorError) {
    let reader = PickleReader(file, in: 0..<file.bytes.count)
    self.init(pickle: try Unpickler.read(reader), storages: [:])
  }

  init(pickle: Pickle, storages: [String: Range<Int>]) {
    self.pickle = pickle
    self.storages = storages
  }
}
