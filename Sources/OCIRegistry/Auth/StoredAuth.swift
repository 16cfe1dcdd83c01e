/// Sign-ins from an auth document that is kept elsewhere than in a file: in a secret, say.
///
/// The document is what `skopeo login` writes. Helpers it names cannot be asked: they live on somebody's machine.
public struct StoredAuth: CredentialSource {
  private let document: AuthFile
  private let origin: String

  /// - Parameters:
  ///   - json: at most 1 MiB; an empty one knows no sign-in.
  ///   - origin: where it is kept, for messages.
  /// - Throws: `CredentialError`.
  public init(json: [UInt8], origin: String) throws(CredentialError) {
    self.origin = origin
    guard json.count <= 1 << 20 else { throw CredentialError(file: origin, "it is larger than 1 MiB") }
    do {
      document = try AuthFile(json: json.isEmpty ? Array("{}".utf8) : json)
    } catch {
      throw CredentialError(file: origin, "it is not JSON of the form that `skopeo login` writes: \(Self.form)")
    }
    guard document.hasSignIns || json.allSatisfy({ "{}".utf8.contains($0) || $0 <= 0x20 }) else {
      throw CredentialError(
        file: origin, "it has no `auths`; it must be as `skopeo login` writes it: \(Self.form)")
    }
  }

  /// ECR's own secrets for caches have a user name and an access token instead, for one registry that they do not name.
  private static let form = #"{"auths": {"REGISTRY": {"auth": "BASE64 OF USER:PASSWORD"}}}"#

  public func searched(for registry: String) async -> String? { origin }

  public func credential(for registry: String, repository: String) async throws -> RegistryCredential? {
    do {
      switch try document.find(RegistryHost.normalised(registry), repository) {
      case .credential(let credential): return credential
      case .helper(let name):
        throw CredentialError(
          file: origin, "it names the credential helper \(name) for \(registry), which is not available here")
      case nil: return nil
      }
    } catch let fault as AuthFileFault {
      throw CredentialError(file: origin, fault.reason)
    }
  }
}
