public import FoundationEssentials
import Support

/// What an ECR registry wants to see: a user name and a password for basic auth, good for every registry that the caller
/// may use in the region.
public struct ECRToken: Sendable, Equatable {
  public let username: String
  public let password: String
  /// 12 hours after it was made: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_AuthorizationData.html
  public let expires: Date

  public init(username: String, password: String, expires: Date) {
    self.username = username
    self.password = password
    self.expires = expires
  }
}

extension ECRToken: CustomStringConvertible, CustomReflectable {
  public var description: String { "a token of \(username)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Private ECR in one region.
public struct ECRClient: Sendable {
  let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.ecr, connection)
  }

  private struct Input: Encodable {}

  private struct Output: Decodable {
    var authorizationData: [AuthorizationData]?
  }

  /// - Throws: `AWSError`.
  public func authorizationToken() async throws(AWSError) -> ECRToken {
    let operation = ServiceClient.Operation("GetAuthorizationToken")
    let output = try await client.call(operation, Input(), as: Output.self)
    guard let token = output.authorizationData?.first?.token else {
      throw AWSError(.invalidAnswer("it contains no token"), client.service, operation.name)
    }
    return token
  }

  private struct ListInput: Encodable {
    struct Filter: Encodable { var tagStatus = "TAGGED" }

    var registryId: String
    var repositoryName: String
    var nextToken: String?
    var maxResults = 1000
    var filter = Filter()
  }

  private struct ListOutput: Decodable {
    struct ImageID: Decodable {
      var imageTag: String?
      var imageDigest: String?
    }

    var imageIds: [ImageID]?
    var nextToken: String?
  }

  /// A page of a repository's tags, 1,000 at most, each with the digest of its manifest. Archived images are not among
  /// them: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html
  ///
  /// - Parameters:
  ///   - registry: the account's id.
  ///   - mark: what the page before it gave; nil for the first.
  /// - Throws: `AWSError`.
  public func tags(
    of repository: String, in registry: String, after mark: String? = nil
  ) async throws(AWSError) -> (tags: [(tag: String, digest: String)], next: String?) {
    let input = ListInput(registryId: registry, repositoryName: repository, nextToken: mark)
    let output = try await client.call(ServiceClient.Operation("ListImages"), input, as: ListOutput.self)
    let tags = (output.imageIds ?? []).compactMap { image in
      image.imageTag.flatMap { tag in image.imageDigest.map { (tag: tag, digest: $0) } }
    }
    return (tags, output.nextToken)
  }
}

/// The public gallery, `public.ecr.aws`. Its API lives in us-east-1 only.
public struct ECRPublicClient: Sendable {
  public static let region = "us-east-1"
  let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.ecrPublic, connection.inRegion(Self.region))
  }

  private struct Input: Encodable {}

  private struct Output: Decodable {
    var authorizationData: AuthorizationData?
  }

  /// - Throws: `AWSError`.
  public func authorizationToken() async throws(AWSError) -> ECRToken {
    let operation = ServiceClient.Operation("GetAuthorizationToken")
    let output = try await client.call(operation, Input(), as: Output.self)
    guard let token = output.authorizationData?.token else {
      throw AWSError(.invalidAnswer("it contains no token"), client.service, operation.name)
    }
    return token
  }
}

private struct AuthorizationData: Decodable {
  /// Base64 of `AWS:password`.
  var authorizationToken: String?
  /// Epoch seconds.
  var expiresAt: Double?

  var token: ECRToken? {
    guard let authorizationToken, let data = Data(base64Encoded: authorizationToken),
      let colon = data.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return ECRToken(
      username: String(decoding: data[..<colon], as: UTF8.self),
      password: String(decoding: data[(colon + 1)...], as: UTF8.self),
      expires: expiresAt.flatMap(Date.init(outside:)) ?? .now + 3600)
  }
}
