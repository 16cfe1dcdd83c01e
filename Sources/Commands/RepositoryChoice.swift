import ArgumentParser
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
    do throws(MirrorError) {
      option = try NewRepositories.read(text: text)
    } catch {
      throw ValidationError(error.reason)
    }
  }

  func set(in entry: inout MirrorEntry) { entry.options[NewRepositories.option] = option }
}
