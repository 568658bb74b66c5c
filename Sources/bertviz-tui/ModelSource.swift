import DemoModels
import Files

/// Turns MODEL of the command line into a model's files.
enum ModelSource {
  static var builtInNames: String { DemoModel.allCases.map(\.rawValue).joined(separator: ", ") }

  static func files(_ model: String) throws -> ModelFiles {
    if let demo = DemoModel(rawValue: model) { return demo.files }
    do {
      return try ModelFiles(folder: model)
    } catch FileError.missing {
      throw ProgramError(
        "\(model): no such folder, and no built-in model of that name (\(builtInNames))")
    }
  }
}
