import Glibc
import Installation
import OCIRegistry
import Support

/// What was seen of a file with sign-ins. Nothing secret is in it.
struct AuthFileFacts: Sendable, Equatable {
  var path: String
  /// Whether its group or everybody may read it.
  var isOpen: Bool
  /// Who else may change it, or put another one in its place.
  var fault: PathFault?
  var content: Result<AuthFileSummary, CredentialError>
  /// Of the helpers that it names: those that are nowhere on the search path.
  var missingHelpers: [String] = []

  var check: HealthCheck {
    let name = "auth file"
    switch content {
    case .failure(let error):
      return HealthCheck(name, .failed, "\(error)", advice: "fix it, or sign in again with `skopeo login`")
    case .success(let summary):
      if !missingHelpers.isEmpty {
        return HealthCheck(
          name, .failed, "\(path) names \(missingHelpers.joined(separator: ", ")), which is not in PATH",
          advice: "install it, or remove it from the file and sign in with `skopeo login`")
      }
      if let fault {
        return HealthCheck(
          name, .warning, "\(path) can be changed by others: \(fault); they could replace the credentials",
          advice: fault.advice)
      }
      if isOpen && summary.holdsSecrets {
        return HealthCheck(name, .warning, "\(path) holds secrets that others can read", advice: "chmod 600 \(path)")
      }
      let helpers = summary.helpers.isEmpty ? "" : ", helpers: \(summary.helpers.joined(separator: ", "))"
      return HealthCheck(name, .ok, path + helpers)
    }
  }

  /// - Returns: nil where there is no such file.
  static func look(_ path: String, search: SearchPath) -> AuthFileFacts? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    let content = Result { () throws(CredentialError) in try AuthFileSummary(file: path) }
    let helpers = (try? content.get().helpers) ?? []
    return AuthFileFacts(
      path: path, isOpen: status.st_mode & (S_IRGRP | S_IROTH) != 0, fault: PathTrust.fault(ofAuthFile: path),
      content: content,
      missingHelpers: helpers.filter { search.find($0) == nil })
  }
}
