import ArgumentParser
import FoundationEssentials
import MirrorCore
import Support

/// Whether jobs make missing repositories of a row's destinations in ECR, as a person says it of the row.
struct RepositoryChoice: Sendable {
  /// nil for what is configured.
  private let option: JSONValue?

  static let help: ArgumentHelp =
    "Whether jobs create missing repositories of its destinations in ECR: true, false, default, or settings as JSON."

  /// - Throws: `ValidationError`.
  init(text: String) throws {
    if text == "default" {
      option = nil
      return
    }
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else {
      throw ValidationError("give true, false, default, or a JSON object")
    }
    do throws(MirrorError) {
      _ = try NewRepositories.settings(row: [NewRepositories.option: value], otherwise: nil)
    } catch {
      throw ValidationError(error.reason)
    }
    option = value
  }

  func set(in entry: inout MirrorEntry) { entry.options[NewRepositories.option] = option }
}
