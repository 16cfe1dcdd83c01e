import OCIRegistry
import Support

/// What a registry's words about a copy mean for trying again: a table of the errors that registries document or are
/// known to answer with, as skopeo passes them on.
struct CopyRefusal: Sendable {
  /// Lower case; the message has all of them.
  let words: [String]
  let meaning: Meaning

  enum Meaning: Sendable, Equatable {
    /// It mends itself.
    case passing
    /// Too much was asked; it mends itself in time.
    case throttled
    /// The destination's tag may not be overwritten.
    case immutable
    /// skopeo cannot keep the image in its form.
    case form
    /// This machine's own policy does not want the source.
    case policy
    /// This machine's own files cannot be used, or forbid it.
    case machine
    /// The destination's repository is missing.
    case repository
    /// Nothing helps before a person did something; what that is, where it can be told.
    case final(advice: String? = nil)
  }

  private init(_ words: String..., means meaning: Meaning) {
    self.words = words
    self.meaning = meaning
  }

  /// - Parameter references: whose names say nothing: `team/firewall` may be a repository, and `forbidden` a tag.
  /// - Returns: nil for words that are not known.
  static func meaning(of message: String, about references: [ImageReference]) -> Meaning? {
    let names = references.flatMap { [$0.registry, $0.repository, $0.tag ?? ""] }.filter { !$0.isEmpty }
    let text = names.map { $0.lowercased() }.sorted { $0.utf8.count > $1.utf8.count }
      .reduce(message.lowercased().withoutMirrors) { $0.without(name: $1) }
    // The bare word is GitHub's whole answer to who may not push.
    if text.hasSuffix(": denied") { return .final() }
    return table.first { $0.words.allSatisfy(text.contains) }?.meaning
  }

  /// Whether a registry answered the manifest under the destination's tag with a status of 4xx, after all that it names
  /// had arrived: of those of 5xx skopeo has words of its own, and of a failed connection others.
  static func refusesManifest(_ message: String, at destination: ImageReference?) -> Bool {
    guard let destination, let tag = destination.tag else { return false }
    let text = message.lowercased()
    return text.contains("uploading manifest \(tag.lowercased()) to ") && !text.contains("unexpected http status")
  }

  static let createRepository = "create the repository at the destination, then mirror again"

  /// The first that matches counts: what passes comes before what is final, for registries put "denied" before both.
  private static let table = [
    // MARK: This machine's own files, in skopeo's words
    CopyRefusal("loading trust policy", means: .machine),
    CopyRefusal("loading registries", means: .machine),
    CopyRefusal("is blocked in", "registries.conf", means: .machine),
    CopyRefusal("parsing ", "/registries.d/", means: .machine),
    CopyRefusal("rewriting reference", means: .machine),
    CopyRefusal("source image rejected", means: .policy),

    // MARK: What skopeo itself cannot do
    CopyRefusal("unexpectedly received a manifest list", means: .form),
    CopyRefusal("manifest list", "but we cannot modify it", means: .form),

    // MARK: Passes by itself
    CopyRefusal("toomanyrequests", means: .throttled),
    CopyRefusal("too many requests", means: .throttled),
    CopyRefusal("rate exceeded", means: .throttled),
    // ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html
    CopyRefusal("your authorization token has expired", means: .passing),
    // Harbor, GitLab and Quay while somebody maintains them.
    CopyRefusal("read only mode", means: .passing),
    CopyRefusal("read-only", means: .passing),
    CopyRefusal("undergoing a rename", means: .passing),
    // Nexus, when two push the same new layer at once: https://github.com/sonatype/nexus-public/issues/967
    CopyRefusal("/blobs/sha256:", "cannot be updated", means: .passing),

    // What the manifest names came only just now, or goes: it is sent once more with the next try.
    CopyRefusal("manifest", "blob unknown", means: .passing),
    CopyRefusal("manifest unknown", means: .passing),

    // MARK: Immutable tags
    CopyRefusal("immutable", means: .immutable),
    // Google: https://cloud.google.com/artifact-registry/docs/docker/troubleshoot
    CopyRefusal("immutability", means: .immutable),
    // Nexus, with redeployment disabled: https://github.com/GoogleContainerTools/jib/issues/3057
    CopyRefusal("does not allow updating assets", means: .immutable),
    CopyRefusal("/manifests/", "cannot be updated", means: .immutable),
    // Mirantis: https://docs.mirantis.com/msr/2.9/ops/manage-images/prevent-tags-from-being-overwritten.html,
    // Quay: https://issues.redhat.com/browse/PROJQUAY-10859,
    // Alibaba: https://help.aliyun.com/en/acr/user-guide/turn-on-immutable-image-version
    CopyRefusal("cannot be overwritten", means: .immutable),
    CopyRefusal("imagetagalreadyexists", means: .immutable),
    // Azure locks images and repositories: https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
    CopyRefusal("operation is disallowed on this registry, repository or image", means: .immutable),

    // MARK: The repository or what holds it is missing
    // ECR and ECR Public make none by a push, as docker-registry does; Google neither.
    CopyRefusal("name unknown", means: .repository),
    CopyRefusal("name_unknown", means: .repository),
    CopyRefusal("repository not found", means: .repository),
    CopyRefusal(
      "project", "not found", means: .final(advice: "create the project at the destination, then mirror again")),
    CopyRefusal("name invalid", means: .final(advice: "use a repository name that the registry allows")),
    CopyRefusal("name_invalid", means: .final(advice: "use a repository name that the registry allows")),

    // MARK: Full
    CopyRefusal(
      "exceed the configured upper limit", means: .final(advice: "raise the project's quota or delete images")),
    CopyRefusal("quota has been exceeded", means: .final(advice: "raise the quota or delete images")),
    CopyRefusal("storage limit", means: .final(advice: "raise the limit or delete images")),
    CopyRefusal("limitexceeded", means: .final(advice: "ask AWS for a higher quota or delete images")),
    CopyRefusal(
      "request entity too large", means: .final(advice: "raise the size limit of the proxy in front of the registry")),
    CopyRefusal("statuscode: 413", means: .final(advice: "raise the size limit of the proxy in front of the registry")),

    // MARK: Not allowed
    CopyRefusal("configured policy in", means: .final(advice: "the project's policy forbids this image")),
    CopyRefusal("firewall", means: .final(advice: "allow this address in the registry's firewall")),
    CopyRefusal("client with ip", means: .final(advice: "allow this address in the registry's firewall")),
    CopyRefusal("include/exclude patterns", means: .final(advice: "the repository's patterns forbid this name")),
    CopyRefusal("the operation is unsupported", means: .final(advice: "the registry does not accept pushes")),
    CopyRefusal("unauthorized", means: .final()),
    CopyRefusal("authentication required", means: .final()),
    CopyRefusal("invalid username/password", means: .final()),
    CopyRefusal("access to the resource is denied", means: .final()),
    CopyRefusal("denied:", means: .final()),
    CopyRefusal("forbidden", means: .final()),
    CopyRefusal("statuscode: 403", means: .final()),
    CopyRefusal("repository does not exist or may require", means: .final()),
  ]
}

extension String {
  /// Without what the mirrors of `registries.conf` failed with: `(Mirrors also failed: [REFERENCE: WORDS]): `. What the
  /// image's own location says counts.
  fileprivate var withoutMirrors: String {
    guard let start = firstRange(of: "(mirrors also failed: ["), let end = ranges(of: "]): ").last,
      start.upperBound <= end.lowerBound
    else { return self }
    return String(self[..<start.lowerBound] + self[end.upperBound...])
  }

  /// Without a name, where it is one: a word of a registry's may be somebody's tag.
  fileprivate func without(name: String) -> String {
    // skopeo writes `manifest TAG to HOST/REPOSITORY` and `/v2/REPOSITORY/`, registries quote.
    let isWord = !name.contains { "/.:".contains($0) }
    let forms = isWord ? ["manifest ", "/", ":", "'", "\""].map { $0 + name } : [name]
    return forms.reduce(self) { $0.withoutWhole($1) }
  }

  /// Without a text where it stands by itself rather than within a longer name.
  private func withoutWhole(_ text: String) -> String {
    func isOfNames(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || "._-".utf8.contains(byte) }
    let (bytes, text) = (Array(utf8), Array(text.utf8))
    let beginsAsName = text.first.map(isOfNames) ?? false
    var kept: [UInt8] = []
    var at = 0
    while at < bytes.count {
      let end = at + text.count
      let stands =
        end <= bytes.count && bytes[at..<end].elementsEqual(text)
        && !(beginsAsName && (kept.last.map(isOfNames) ?? false)) && (end == bytes.count || !isOfNames(bytes[end]))
      if !stands { kept.append(bytes[at]) }
      at += stands ? text.count : 1
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
