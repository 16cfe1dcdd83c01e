import Support

/// Why credentials could not be had: which file or helper, and its fault. Secrets are never in it.
public struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(file: String, _ reason: String) {
    description = "the auth file \(file.cleaned.shortened(to: 200)) cannot be used: \(reason.cleaned)"
  }

  init(helper: String, _ reason: String) {
    description = "the credential helper \(helper.cleaned.shortened(to: 100)) \(reason.cleaned)"
  }
}
