import AWSClient
import FoundationEssentials
public import MirrorCore
public import OCIRegistry
import Support

/// What a deployed stack consists of: the document in its SSM parameter `/ecrmirror/NAME`.
public struct StackSettings: Sendable, Equatable, Codable {
  public var account: String?
  public var region: String?
  public var mirrorTable: String
  public var historyTable: String
  public var mirrorQueue: String
  public var controlQueue: String
  /// Job definitions by name; the newest active revision counts.
  public var mirrorJob: String
  public var controlJob: String
  /// Where the jobs' logs go.
  public var logGroup: String
  /// The ARN of a Secrets Manager secret, or the name or ARN of an SSM SecureString, with an auth document.
  public var auth: String?
  /// The EventBridge rule that starts runs.
  public var timer: String?
  /// The function that starts a run.
  public var scheduleFunction: String?
  /// The URL of the queue of pushes that could not be handled.
  public var deadLetterQueue: String?
  /// The names that private ECR registries have with AWS (`ACCOUNT.dkr.ecr.REGION.amazonaws.com`), by the `host[:port]`
  /// that rows call them: proxies and the like.
  public var ecrAliases: [String: String]?
  /// What jobs make missing repositories of destinations with; nil for making none.
  public var createRepositories: RepositorySettings?

  public init(
    account: String? = nil, region: String? = nil, mirrorTable: String, historyTable: String, mirrorQueue: String,
    controlQueue: String, mirrorJob: String, controlJob: String, logGroup: String, auth: String? = nil,
    timer: String? = nil, scheduleFunction: String? = nil, deadLetterQueue: String? = nil,
    ecrAliases: [String: String]? = nil, createRepositories: RepositorySettings? = nil
  ) {
    self.account = account
    self.region = region
    self.mirrorTable = mirrorTable
    self.historyTable = historyTable
    self.mirrorQueue = mirrorQueue
    self.controlQueue = controlQueue
    self.mirrorJob = mirrorJob
    self.controlJob = controlJob
    self.logGroup = logGroup
    self.auth = auth
    self.timer = timer
    self.scheduleFunction = scheduleFunction
    self.deadLetterQueue = deadLetterQueue
    self.ecrAliases = ecrAliases
    self.createRepositories = createRepositories
  }
}

extension StackSettings {
  /// The parameter that describes a stack.
  public static func parameterName(_ stack: String) -> String { "/ecrmirror/\(stack)" }

  /// Reads the document.
  ///
  /// - Throws: `MirrorError` naming what is missing or wrong.
  public init(json: String, stack: String) throws(MirrorError) {
    do {
      self = try JSONDecoder().decode(StackSettings.self, from: Data(json.utf8))
    } catch {
      throw MirrorError(
        .backend,
        "the SSM parameter \(Self.parameterName(stack)) is not what this version expects: \(Self.reason(error))"
      )
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue.cleaned)' is missing; update the stack"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: ".").cleaned)' is not of the right type"
    default: "it is not JSON"
    }
  }
}
