/// What the requests to one service have in common.
public struct AWSService: Sendable, Hashable {
  /// How operations are named and parameters sent.
  public enum WireProtocol: Sendable, Hashable {
    /// JSON both ways, the operation in `X-Amz-Target` after this prefix.
    case json(version: String, target: String)
    /// JSON both ways, the operation in the path.
    case restJSON
    /// A form there, XML back.
    case query(apiVersion: String)
  }

  /// For people: `DynamoDB`.
  public let name: String
  /// As in endpoints: `dynamodb`, `api.ecr`.
  let endpointPrefix: String
  /// As signatures name it.
  let signingName: String
  /// As in `AWS_ENDPOINT_URL_…`, lower case.
  public let endpointVariable: String
  let wireProtocol: WireProtocol

  init(
    _ name: String, endpoint: String, signing: String? = nil, variable: String? = nil, _ wireProtocol: WireProtocol
  ) {
    self.name = name
    endpointPrefix = endpoint
    signingName = signing ?? endpoint
    endpointVariable = variable ?? endpoint
    self.wireProtocol = wireProtocol
  }

  public static let batch = AWSService("Batch", endpoint: "batch", .restJSON)
  public static let dynamoDB = AWSService(
    "DynamoDB", endpoint: "dynamodb", .json(version: "1.0", target: "DynamoDB_20120810"))
  public static let ecr = AWSService(
    "ECR", endpoint: "api.ecr", signing: "ecr", variable: "ecr",
    .json(version: "1.1", target: "AmazonEC2ContainerRegistry_V20150921"))
  public static let ecrPublic = AWSService(
    "ECR Public", endpoint: "api.ecr-public", signing: "ecr-public", variable: "ecr_public",
    .json(version: "1.1", target: "SpencerFrontendService"))
  public static let events = AWSService(
    "EventBridge", endpoint: "events", variable: "eventbridge",
    .json(version: "1.1", target: "AWSEvents"))
  public static let lambda = AWSService("Lambda", endpoint: "lambda", .restJSON)
  public static let logs = AWSService(
    "CloudWatch Logs", endpoint: "logs", variable: "cloudwatch_logs", .json(version: "1.1", target: "Logs_20140328"))
  public static let secretsManager = AWSService(
    "Secrets Manager", endpoint: "secretsmanager", variable: "secrets_manager",
    .json(version: "1.1", target: "secretsmanager"))
  public static let sqs = AWSService("SQS", endpoint: "sqs", .json(version: "1.0", target: "AmazonSQS"))
  public static let ssm = AWSService("SSM", endpoint: "ssm", .json(version: "1.1", target: "AmazonSSM"))
  static let sso = AWSService("IAM Identity Center", endpoint: "portal.sso", variable: "sso", .restJSON)
  static let ssoOIDC = AWSService("IAM Identity Center sign-in", endpoint: "oidc", variable: "sso_oidc", .restJSON)
  public static let sts = AWSService("STS", endpoint: "sts", .query(apiVersion: "2011-06-15"))
}
