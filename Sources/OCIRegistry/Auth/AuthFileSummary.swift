import Support

/// What an auth file is like, without anything that is secret in it.
public struct AuthFileSummary: Sendable, Equatable {
  public let holdsSecrets: Bool
  /// The programs that it names for secrets: `docker-credential-…`.
  public let helpers: [String]

  public init(holdsSecrets: Bool, helpers: [String]) {
    self.holdsSecrets = holdsSecrets
    self.helpers = helpers
  }

  /// - Throws: `CredentialError` for a file that cannot be read.
  public init(file: String) throws(CredentialError) {
    let document: AuthFile
    do {
      let bytes = try readFile(file, limit: 1 << 20)
      document = try AuthFile(json: bytes.isEmpty ? Array("{}".utf8) : bytes)
    } catch let error as SystemError {
      throw CredentialError(file: file, error.description)
    } catch {
      throw CredentialError(file: file, "it is not JSON of the expected form")
    }
    self.init(holdsSecrets: document.holdsSecrets, helpers: document.helperPrograms.sorted())
  }
}
