public import FoundationEssentials
import Support

/// Why a registry did not give what it was asked for: a sentence with the subject, the registry's own words and,
/// where that helps, what to do next.
public struct RegistryError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// No such manifest, tag or repository.
    case notFound
    /// Nobody, or nobody the registry knows, is signed in.
    case unauthorized
    /// The signed-in user may not.
    case denied
    /// Too many requests; until when the registry wants to be left alone, where it said so.
    case throttled(until: Date?)
    /// No connection.
    case unreachable
    case timeout
    /// Another status, mostly 5xx.
    case server(status: Int)
    /// An answer that breaks the protocol, or another digest than the one asked for.
    case invalidAnswer
    /// The credentials could not be read.
    case credentials
    /// The reference names neither tag nor digest.
    case incompleteReference
    /// It sends requests where they must not go; what to list under `realms` where that is right.
    case misdirected(setting: String)
    /// This machine's own `registries.conf` forbids it, or cannot be used.
    case machine
    case cancelled
  }

  public var kind: Kind
  /// The reference or registry the request was about.
  public var subject: String
  public var registry: String
  /// The underlying reason: the registry's own message or the transport's, cleaned, at most 300 characters.
  public var reason: String
  /// Whether what does not exist is the repository, by the registry's own code for that.
  public var isOfRepository = false
  /// What else led there, as a sentence.
  var note: String? {
    didSet { note = note?.cleaned.shortened(to: 600) }
  }
  /// Where a sign-in was looked for, if in vain.
  public var searched: String? {
    didSet { searched = searched?.cleaned.shortened(to: 600) }
  }

  public init(_ kind: Kind, subject: String, registry: String, reason: String = "") {
    self.kind = kind
    self.subject = subject.cleaned.shortened(to: 600)
    self.registry = registry.cleaned.shortened(to: 260)
    self.reason = reason.cleaned.shortened(to: 300)
  }

  public var description: String { advice.map { "\(sentence); \($0)" } ?? sentence }

  /// The description without its advice.
  public var sentence: String {
    let sentence =
      switch kind {
      case .notFound: "\(subject) does not exist"
      case .unauthorized: "\(registry) requires sign-in for \(subject)"
      case .denied: "\(registry) denies access to \(subject)"
      case .throttled(let date):
        "\(registry) is throttling requests" + (date.map { "; it accepts none before \($0.rfc3339)" } ?? "")
      case .unreachable: "\(registry) cannot be reached"
      case .timeout: "\(registry) did not answer in time"
      case .server(let status): "\(registry) failed with status \(status) on \(subject)"
      case .invalidAnswer: "\(registry) gave an invalid answer about \(subject)"
      case .credentials: "the credentials for \(registry) cannot be read"
      case .incompleteReference: "\(subject) names neither a tag nor a digest"
      case .misdirected: "\(registry) sends requests about \(subject) to a forbidden address"
      case .machine: "this machine's configuration files do not let \(subject) be read"
      case .cancelled: "the request about \(subject) was cancelled"
      }
    return (reason.isEmpty ? sentence : "\(sentence): \(reason)") + (note.map { " (\($0))" } ?? "")
  }

  /// What to do next, where that helps.
  public var advice: String? {
    // Docker Hub and GitHub answer 401 or 403 rather than 404 for what does not exist, signed in or not.
    let perhaps = ["docker.io", "ghcr.io"].contains(registry) ? ", or the repository does not exist" : ""
    return switch kind {
    case .unauthorized:
      "sign in with `skopeo login \(registry)`\(perhaps)"
        + (searched.map { "; there is no sign-in for it in \($0)" } ?? "")
    case .denied: "check the permissions of the signed-in user\(perhaps)"
    case .misdirected(let setting):
      "if that is intended, list \"\(setting.cleaned.shortened(to: 270))\" as one of `realms` under `registries` in the configuration"
    case .machine: "`ecrmirror doctor` shows details; see man containers-registries.conf"
    default: nil
    }
  }
}
