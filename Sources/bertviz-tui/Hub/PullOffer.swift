import ArgumentParser
import DemoModels
import Files
import Glibc
import Hub

/// The question, before the screen starts, whether to download a model that is not in the cache.
enum PullOffer {
  /// Asks where someone can answer, and downloads on a yes.
  static func make(_ input: InputOptions) throws {
    guard let model = input.model, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1,
      DemoModel(rawValue: model) == nil, !isPath(model), LocalModels()[model] == nil,
      let request = try? HubRequest(model, revision: input.revision), !request.settings.isOffline,
      let problem = request.cacheProblem, problem.isMendedByPull
    else { return }
    let pull: ModelPull
    do {
      pull = try ModelPull(request)
    } catch {
      throw ProgramError("\(request.notFound); it cannot be downloaded: \(error)")
    }
    let state = if case .incomplete = problem { "not all" } else { "not" }
    StandardError.write(
      "\(request.name) is \(state) in the cache. Download \(pull.summary)? [y/n] ")
    guard isYes(readLine()) else { throw ExitCode.failure }
    _ = try pull.run()
  }

  private static func isYes(_ answer: String?) -> Bool {
    ["y", "yes"].contains(answer?.lowercased())
  }

  private static func isPath(_ name: String) -> Bool { access(name, F_OK) == 0 }
}
