import Installation
import MirrorCore
import OCIRegistry

/// An installation as the dashboard takes it: on this machine, in AWS or in memory.
struct Found: Sendable {
  let name: String
  /// All that people call it.
  var names: Set<String> = []
  /// Why nothing in it can be changed; nil where it can.
  var readOnly: String?
  let service: MirrorService
  let credentials: any CredentialSource
  /// Where it is kept how installations are looked at; nil for nowhere.
  var folder: String?

  /// Finds what configuration and environment name.
  ///
  /// - Parameter readOnly: whether nothing is to be changed.
  static func opener(_ environment: [String: String], readOnly: Bool) -> Opening.Open {
    { choice in
      let installation = try await Installation.open(choice, environment: environment, readOnly: readOnly)
      return Found(
        name: installation.backend.name, names: installation.names, readOnly: installation.readOnly,
        service: installation.service, credentials: installation.credentials, folder: installation.locations.state)
    }
  }
}
