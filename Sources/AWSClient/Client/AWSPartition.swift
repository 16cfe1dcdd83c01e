/// A set of regions with accounts and host names of its own.
public struct AWSPartition: Sendable, Hashable {
  /// As in ARNs: `aws`, `aws-cn`, `aws-us-gov`.
  public let name: String
  /// What host names end with.
  public let suffix: String
  /// What those of dual-stack endpoints end with.
  let dualStackSuffix: String

  /// The partition that a region is in, by the region's name; unknown regions are taken for new ones of `aws`.
  ///
  /// From the `partitions.json` that AWS publishes with its SDKs.
  public init(region: String) {
    (name, suffix, dualStackSuffix) = Self.prefixes.first { region.hasPrefix($0.0) }?.1 ?? Self.standard
  }

  private static let standard = ("aws", "amazonaws.com", "api.aws")
  private static let prefixes = [
    ("cn-", ("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn")),
    ("us-gov-", ("aws-us-gov", "amazonaws.com", "api.aws")),
    ("us-isob-", ("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud")),
    ("us-isof-", ("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov")),
    ("us-iso-", ("aws-iso", "c2s.ic.gov", "api.aws.ic.gov")),
    ("eu-isoe-", ("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk")),
    ("eusc-", ("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu")),
  ]
}
