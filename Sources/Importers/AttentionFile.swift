import Attention
import Files

/// Attention that was saved, by this program or another.
public enum AttentionFile {
  /// - Throws: `FileError`, `TensorError` or `ImportError`.
  public static func read(_ path: String, _ options: ImportOptions = ImportOptions()) throws
    -> AttentionRecord
  {
    throw ImportError.unknownFormat(path: path)
  }
}
