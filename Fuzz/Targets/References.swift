@testable import OCIRegistry

extension FuzzTarget {
  /// Image references, digests and registries' names.
  static let references = FuzzTarget("references", longest: 2048) { bytes throws(Broken) in
    let text = String(decoding: bytes, as: UTF8.self)
    try registry(text)
    try digest(text)
    try platform(text)
    let reference: ImageReference
    do throws(ReferenceError) {
      reference = try ImageReference(text)
    } catch {
      try holdReadable(error.description, within: 500)
      try hold((1...text.utf8.count + 1).contains(error.column), "column \(error.column) of \(text.utf8.count)")
      return
    }
    try hold((try? ImageReference(reference.description)) == reference, "\(reference) reads back otherwise")
    try hold((try? ImageReference("docker://\(reference)")) == reference, "docker://\(reference) reads otherwise")
    try hold((try? ImageReference(reference.familiar)) == reference, "\(reference.familiar) reads back otherwise")
    try hold(reference.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "not plain: \(reference)")
    try hold(!reference.description.hasPrefix("-"), "an option to skopeo: \(reference)")
    try hold(!"/\(reference.repository)/".contains("/../"), "a way out of a folder: \(reference)")
    try hold(reference.withoutTag.tag == nil, "\(reference.withoutTag) has a tag")
  }

  private static func registry(_ text: String) throws(Broken) {
    let host = RegistryHost(text)
    try hold(RegistryHost(RegistryHost.normalised(text)) == host, "\(text) is another registry once normalised")
    if case .ecr(let registry) = host.kind {
      try hold(registry.account.utf8.count == 12 && !registry.region.isEmpty, "no ECR registry: \(text)")
    }
  }

  private static func platform(_ text: String) throws(Broken) {
    let platform: PlatformName
    do throws(PlatformFault) {
      platform = try PlatformName(text)
    } catch {
      return try holdReadable(error.description, within: 500)
    }
    try hold((try? PlatformName(platform.description)) == platform, "\(platform) reads back otherwise")
    try hold(platform.matches(platform), "\(platform) is not itself")
  }

  private static func digest(_ text: String) throws(Broken) {
    let digest: Digest
    do throws(ReferenceError) {
      digest = try Digest(text)
    } catch {
      return try holdReadable(error.description, within: 500)
    }
    try hold(digest.description == text, "\(text) became \(digest)")
  }
}
