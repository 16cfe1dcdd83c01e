/// Where services are reached in one region.
public struct AWSEndpoints: Sendable, Equatable {
  public var region: String
  /// `AWS_USE_FIPS_ENDPOINT`.
  public var usesFIPS: Bool
  /// `AWS_USE_DUALSTACK_ENDPOINT`: IPv6 as well as IPv4.
  public var usesDualStack: Bool
  /// One URL for every service: `AWS_ENDPOINT_URL`.
  public var override: String?
  /// URLs for single services, by `AWSService.endpointVariable`: `AWS_ENDPOINT_URL_…`.
  public var overrides: [String: String]

  public init(
    region: String, usesFIPS: Bool = false, usesDualStack: Bool = false, override: String? = nil,
    overrides: [String: String] = [:]
  ) {
    self.region = region
    self.usesFIPS = usesFIPS
    self.usesDualStack = usesDualStack
    self.override = override
    self.overrides = overrides
  }

  /// The same for another region.
  public func inRegion(_ region: String) -> AWSEndpoints {
    var copy = self
    copy.region = region
    return copy
  }

  /// The URL of a service, without a slash at the end.
  ///
  /// The forms are those of the endpoint rules that AWS publishes with its SDKs.
  public func url(of service: AWSService) -> String {
    if let url = overrides[service.endpointVariable] ?? override { return url.withoutSlash }
    let partition = AWSPartition(region: region)
    let isDualStack = usesDualStack && !Self.isDualStackAnyway(service, partition, usesFIPS: usesFIPS)
    let suffix = isDualStack ? partition.dualStackSuffix : partition.suffix
    return "https://\(host(of: service, partition)).\(region).\(suffix)"
  }

  /// The ordinary names of Secrets Manager answer on IPv6 too.
  private static func isDualStackAnyway(_ service: AWSService, _ partition: AWSPartition, usesFIPS: Bool) -> Bool {
    guard service == .secretsManager else { return false }
    return ["aws", "aws-us-gov"].contains(partition.name) || (partition.name == "aws-cn" && !usesFIPS)
  }

  private func host(of service: AWSService, _ partition: AWSPartition) -> String {
    var prefix = service.endpointPrefix
    // Dual-stack names of ECR come without the `api.`; those of ECR Public only where FIPS is not asked for as well.
    if usesDualStack && (service == .ecr || (service == .ecrPublic && !usesFIPS)) {
      prefix = String(prefix.dropFirst("api.".count))
    }
    guard usesFIPS else { return prefix }
    // In GovCloud the ordinary endpoints of these are FIPS endpoints.
    let plainInGovCloud: [AWSService] = [.batch, .dynamoDB, .logs, .sqs, .ssm, .sso, .ssoOIDC, .sts]
    if partition.name == "aws-us-gov", service == .events || (!usesDualStack && plainInGovCloud.contains(service)) {
      return prefix
    }
    if service == .batch && !usesDualStack && partition.name == "aws" { return "fips.batch" }
    return prefix + "-fips"
  }
}

extension String {
  fileprivate var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
