@testable import OCIRegistry

extension FuzzTarget {
  /// The auth files of `skopeo login` and `docker login`.
  static let authFiles = FuzzTarget("auth-files") { bytes throws(Broken) in
    guard let file = try? AuthFile(json: bytes) else { return }
    for program in file.helperPrograms {
      try hold(program.hasPrefix("docker-credential-"), "another program: \(program)")
    }
    for (registry, repository) in [("docker.io", "library/alpine"), ("ghcr.io", "a/b/c"), ("localhost:5000", "x")] {
      let found: AuthFile.Finding?
      do throws(AuthFileFault) {
        found = try file.find(registry, repository)
      } catch {
        try hold(error.reason.count < 2 * bytes.count + 200, "a long reason")
        continue
      }
      guard case .credential(let credential) = found else { continue }
      let again = try? AuthFile(json: ContainersAuth.authFileJSON(for: [registry: credential]))
      try hold((try? again?.find(registry, repository)) == .credential(credential), "a credential came back otherwise")
    }
  }
}
