import OCIRegistry

/// What files of other programs say of registries, and rows do not: told with what to do, and without any secret.
extension ImportedRows {
  mutating func note(signInTo registry: String, line: Int?) {
    note(
      "the sign-in to \(registry) is skipped, as secrets are never imported: run `skopeo login \(registry)`",
      line: line)
  }

  /// Of a registry that the other program does not verify.
  mutating func note(unverified registry: String, line: Int?) {
    if RegistryHost(registry).kind == .loopback { return }
    note(
      "\(registry) is not verified: name it under registries.insecure in the configuration if it speaks plain HTTP, or its certificate as registries.caFile",
      line: line)
  }

  /// - Parameter registry: nil for those of several.
  mutating func note(certificatesOf registry: String?, line: Int?) {
    note(
      "certificates are skipped: copy them to \(Self.certificates(of: registry)), where checks and copies find them",
      line: line)
  }

  /// The folder in which certificates of a registry are found, or such folders.
  static func certificates(of registry: String?) -> String {
    "~/.config/containers/certs.d" + (registry.map { "/\($0)" } ?? "")
  }
}
