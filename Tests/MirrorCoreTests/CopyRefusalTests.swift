import Foundation
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// What registries answer to a push that they do not take, in skopeo's words around it.
@Suite struct CopyRefusalTests {
  struct Answer: Sendable, CustomTestStringConvertible {
    let registry: String
    let words: String
    let verdict: Verdict
    /// A part of the advice.
    let advice: String?

    init(_ registry: String, _ words: String, _ verdict: Verdict = .refused, _ advice: String? = nil) {
      (self.registry, self.words, self.verdict, self.advice) = (registry, words, verdict, advice)
    }

    var testDescription: String { "\(registry): \(words)" }
  }

  static let answers = [
    // https://github.com/plexsystems/sinker/issues/55, https://github.com/aws-actions/amazon-ecr-login/issues/166
    Answer(
      "ECR", "name unknown: The repository with name 'a/b' does not exist in the registry with id '123456789012'",
      .refused, "create the repository"),
    Answer(
      "ECR",
      "tag invalid: The image tag '1' already exists in the 'a' repository and cannot be overwritten because the tag is immutable."
    ),
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html
    Answer("ECR", "denied: Your authorization token has expired. Reauthenticate and try again.", .retry),
    Answer(
      "ECR",
      "denied: User: arn:aws:iam::123456789012:user/x is not authorized to perform: ecr:InitiateLayerUpload on resource"
    ),
    Answer("ECR", "toomanyrequests: Rate exceeded", .retry),
    Answer("ECR", "LimitExceededException: would have exceeded a service limit for your account", .refused, "quota"),
    // https://github.com/aws-actions/amazon-ecr-login/issues/202
    Answer(
      "ECR Public", "name unknown: The repository with name 'a' does not exist in the registry with id 'x'", .refused,
      "create the repository"),
    Answer("ECR Public", "toomanyrequests: Data limit exceeded", .retry),
    // https://docs.docker.com/docker-hub/usage/
    Answer("Docker Hub", "toomanyrequests: You have reached your unauthenticated pull rate limit.", .retry),
    Answer("Docker Hub", "denied: requested access to the resource is denied"),
    Answer("Docker Hub", "unauthorized: authentication required"),
    Answer("GHCR", "denied"),
    Answer("GHCR", "denied: permission_denied: write_package"),
    Answer("GHCR", "unauthorized: unauthenticated: User cannot be authenticated with the token provided."),
    Answer("GHCR", "toomanyrequests: retry-after: 1.2ms, allowed: 44000/minute", .retry),
    Answer("GitLab", "denied: access forbidden"),
    Answer(
      "GitLab", "denied: Your action has been rejected because the namespace storage limit has been reached.", .refused,
      "limit"),
    Answer("GitLab", "renaming: the base repository path is undergoing a rename", .retry),
    // https://github.com/goharbor/harbor/issues/17390
    Answer(
      "Harbor",
      "denied: adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.",
      .refused, "quota"),
    Answer(
      "Harbor", "unauthorized: project library2 not found: project library2 not found", .refused, "create the project"),
    Answer("Harbor", "DENIED: The system is in read only mode. Any modification is prohibited.", .retry),
    Answer("Harbor", "PRECONDITION: Failed to process request due to 'a:1' configured as immutable."),
    Answer(
      "Harbor",
      "PROJECTPOLICYVIOLATION: current image with 3 vulnerabilities cannot be pulled due to configured policy in 'Prevent images with vulnerability severity of \"High\"'",
      .refused, "policy"),
    Answer("Quay", "unauthorized: access to the requested resource is not authorized"),
    Answer("Quay", "denied: quota has been exceeded on namespace", .refused, "quota"),
    Answer(
      "Quay",
      "System is currently read-only. Pulls will succeed but all write operations are currently suspended.", .retry),
    Answer("Artifactory", "unauthorized: The client does not have permission for manifest: Forbidden"),
    Answer(
      "Artifactory",
      "The repository 'docker-local' rejected the deployment of an artifact due to its include/exclude patterns",
      .refused, "patterns"),
    // https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access
    Answer("ACR", "denied: client with IP '192.0.2.1' is not allowed access.", .refused, "firewall"),
    Answer(
      "ACR", "unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information."),
    Answer(
      "ACR",
      "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq"
    ),
    // https://github.com/GoogleCloudPlatform/cloud-builders-community/issues/588
    Answer("GAR", "name unknown: Repository \"gcr.io\" not found", .refused, "create the repository"),
    // https://github.com/GoogleCloudPlatform/generative-ai/issues/693
    Answer(
      "GAR",
      "denied: Unauthenticated request. Unauthenticated requests do not have permission \"artifactregistry.repositories.uploadArtifacts\" on resource \"projects/x\" (or it may not exist)"
    ),
    // https://github.com/docker/build-push-action/issues/171
    Answer("GAR", "NAME_INVALID: Missing image name.", .refused, "name"),
    Answer("GAR", "toomanyrequests: Quota exceeded for quota metric 'Requests per project per region'", .retry),
    // https://distribution.github.io/distribution/about/configuration/#readonly
    Answer("docker-registry", "unsupported: The operation is unsupported.", .refused, "does not accept pushes"),
    Answer("docker-registry", "blob upload unknown: blob upload unknown to registry", .retry),
    Answer("docker-registry", "digest invalid: provided digest did not match uploaded content", .retry),
    Answer("a proxy", "StatusCode: 413, <html>413 Request Entity Too Large</html>", .refused, "proxy"),
    Answer("a proxy", "received unexpected HTTP status: 502 Bad Gateway", .retry),
  ]

  @Test("A registry's words tell what helps", arguments: answers) func verdicts(answer: Answer) {
    let message = "writing blob: initiating layer upload to /v2/a/blobs/uploads/ in r.example: \(answer.words)"
    let failure = CopyFailure(skopeo: message, exit: "exit code 1")
    #expect(failure.verdict == answer.verdict)
    #expect(failure.reason.contains(answer.words.cleaned))
    if let advice = answer.advice {
      #expect(failure.reason.components(separatedBy: "; ").dropFirst().joined().contains(advice), "\(failure.reason)")
    }
    #expect((failure.cause == .throttled) == (failure.verdict == .retry && answer.words.contains("toomanyrequests")))
  }

  @Test(
    "A tag that may not be overwritten is known in each registry's words, and nothing else is taken for it",
    arguments: [
      (
        "tag invalid: The image tag '1' already exists in the 'a' repository and cannot be overwritten because the tag is immutable.",
        true
      ),
      // https://github.com/GoogleContainerTools/jib/issues/3057
      ("blob upload invalid: Repository does not allow updating assets: docker-hosted", true),
      ("blob upload invalid: docker-hosted/v2/a/manifests/1 cannot be updated", true),
      // https://github.com/sonatype/nexus-public/issues/967: two pushed one new layer at once.
      ("blob upload invalid: docker-hosted/v2/-/blobs/sha256:0951142d cannot be updated", false),
      // https://docs.mirantis.com/msr/2.9/ops/manage-images/prevent-tags-from-being-overwritten.html
      ("unknown: tag=latest cannot be overwritten because msr.example/library/x is an immutable repository", true),
      // https://issues.redhat.com/browse/PROJQUAY-10859
      ("unknown: tag is immutable and cannot be overwritten", true),
      // https://help.aliyun.com/en/acr/user-guide/turn-on-immutable-image-version
      ("denied: The requested tag already exists and cannot be overwritten.", true),
      ("manifest invalid: cannot update tag 1. The repository has enabled tag immutability", true),
      ("unknown: The operation is disallowed on this registry, repository or image.", true),
      ("PRECONDITION: Failed to process request due to 'a:1' configured as immutable.", true),
      ("denied: requested access to the resource is denied", false),
    ])
  func immutableTags(words: String, isImmutable: Bool) {
    let failure = CopyFailure(
      skopeo: "writing manifest: uploading manifest 1 to r.example/a: \(words)", exit: "exit code 1")
    #expect((failure.cause == .immutable) == isImmutable)
    #expect(failure.verdict == (isImmutable || words.hasPrefix("denied") ? .refused : .retry))
  }

  @Test(
    "A refusal of the manifest under the tag is known without its words, and nothing else is taken for one",
    arguments: [
      ("writing manifest: uploading manifest 1 to d.example/a: tag protected by policy 7", true),
      ("writing manifest: uploading manifest 1 to d.example/a: StatusCode: 409, <html>Conflict</html>", true),
      (
        "Uploading manifest list failed, attempted the following formats: x(uploading manifest 1 to d.example/a: no)",
        true
      ),
      (
        "writing manifest: uploading manifest 1 to d.example/a: received unexpected HTTP status: 502 Bad Gateway", false
      ),
      ("writing manifest: uploading manifest 10 to d.example/a: tag protected", false),
      ("copying image 1/2: writing manifest: uploading manifest sha256:0a to d.example/a: tag protected", false),
      ("writing manifest: uploading manifest 1 to d.example/a: manifest blob unknown: blob unknown to registry", false),
      ("writing manifest: uploading manifest 1 to d.example/a: denied: no", false),
      (#"writing manifest: Put "https://d.example/v2/a/manifests/1": dial tcp: connection refused"#, false),
      ("writing blob: uploading layer chunked: no", false),
    ])
  func refusedManifests(message: String, isRefusal: Bool) throws {
    let failure = CopyFailure(
      skopeo: message, exit: "exit code 1",
      about: [try ImageReference("s.example/a:1"), try ImageReference("d.example/a:1")])
    #expect((failure.cause == .manifest) == isRefusal, "\(failure)")
  }

  @Test(
    "This machine's own files are told as what they are, in skopeo's words for each",
    arguments: [
      #"Error loading trust policy: invalid policy in "/etc/containers/policy.json": Default policy is missing"#,
      "Source image rejected: Running image docker://s.example/a:1 is rejected by policy.",
      "initializing source docker://s.example/a:1: loading registries configuration: toml: line 2: no",
      "initializing source docker://s.example/a:1: registry s.example is blocked in /etc/containers/registries.conf or /etc/containers/registries.conf.d",
      "initializing source docker://s.example/a:1: rewriting reference: repository name must be canonical",
      "initializing source docker://s.example/a:1: parsing /etc/containers/registries.d/x.yaml: error converting YAML",
    ])
  func machine(message: String) throws {
    let failure = CopyFailure(skopeo: message, exit: "exit code 1", about: [try ImageReference("s.example/a:1")])
    #expect(failure.verdict == .badInput)
    #expect(failure.reason.contains("this machine's") && !failure.reason.contains("registry refused"))
  }

  @Test("What a mirror failed with decides nothing, as the image's own location was asked after it")
  func mirrors() {
    func failure(_ mirror: String, _ own: String) -> CopyFailure {
      CopyFailure(
        skopeo:
          "initializing source docker://s.example/a:1: (Mirrors also failed: [m.lan/a:1: \(mirror)]): s.example/a:1: \(own)",
        exit: "exit code 1")
    }
    let (passing, final) = (
      "dial tcp 192.0.2.1:443: connect: connection refused", "unauthorized: authentication required"
    )
    #expect(failure(final, passing).verdict == .retry)
    #expect(failure(passing, final).verdict == .refused)
    #expect(failure("toomanyrequests: later", final).verdict == .refused)
    #expect(failure(final, passing).reason.contains(final), "both are told")
  }

  @Test(
    "What an image is called is no word of a registry",
    arguments: [
      "r.example/team/firewall:1", "immutable.example/app:1", "r.example/forbidden:denied", "r.example/a/read-only:1",
      "r.example/app:immutable", "r.example/project/not:found",
    ])
  func names(text: String) throws {
    let reference = try ImageReference(text)
    let place = "\(reference.registry)/\(reference.repository)"
    func failure(_ words: String) -> CopyFailure {
      CopyFailure(
        skopeo: "writing manifest to \(place): uploading manifest \(reference.tag ?? "") to \(place): \(words)",
        exit: "exit code 1", about: [reference])
    }
    let passing = failure("received unexpected HTTP status: 500 Internal Server Error")
    #expect(passing.verdict == .retry && passing.cause != .immutable)
    #expect(
      failure("name unknown: The repository with name '\(reference.repository)' does not exist").verdict == .refused)
    #expect(failure("tag invalid: the tag is immutable").cause == .immutable)
  }
}
