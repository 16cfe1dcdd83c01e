import Support

/// A private Amazon ECR registry, read from its host name.
///
/// `ACCOUNT.dkr.ecr.REGION.amazonaws.com`, `.dkr.ecr-fips.`, the dual-stack `ACCOUNT.dkr-ecr.REGION.on.aws`, and the
/// same in the other partitions: https://docs.aws.amazon.com/general/latest/gr/ecr.html
public struct ECRRegistry: Sendable, Hashable {
  /// Twelve digits.
  public let account: String
  /// Such as `eu-central-1`.
  public let region: String
  /// `aws`, `aws-cn`, `aws-us-gov`, `aws-iso`, …
  public let partition: String
  public let isFIPS: Bool
  public let isDualStack: Bool

  /// - Returns: nil for any other host.
  public init?(host: String) {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let account = labels.first, account.utf8.count == 12,
      account.utf8.allSatisfy(isDigit)
    else { return nil }

    var rest = labels.dropFirst()
    guard let first = rest.popFirst() else { return nil }
    let service = first == "dkr" ? rest.popFirst().map { "dkr.\($0)" } : first
    guard let service, let shape = Self.services[service] else { return nil }
    guard let region = rest.popFirst(), !region.isEmpty else { return nil }
    guard let (partition, isDualStack) = Self.suffixes[rest.joined(separator: ".")], isDualStack == shape.isDualStack
    else { return nil }

    self.account = account
    self.region = region
    self.partition = partition == "aws" && region.hasPrefix("us-gov-") ? "aws-us-gov" : partition
    isFIPS = shape.isFIPS
    self.isDualStack = isDualStack
  }

  private static let services: [String: (isFIPS: Bool, isDualStack: Bool)] = [
    "dkr.ecr": (false, false),
    "dkr.ecr-fips": (true, false),
    "dkr-ecr": (false, true),
    "dkr-ecr-fips": (true, true),
  ]

  private static let suffixes: [String: (partition: String, isDualStack: Bool)] = [
    "amazonaws.com": ("aws", false),
    "on.aws": ("aws", true),
    "amazonaws.com.cn": ("aws-cn", false),
    "on.amazonwebservices.com.cn": ("aws-cn", true),
    "amazonaws.eu": ("aws-eusc", false),
    "c2s.ic.gov": ("aws-iso", false),
    "sc2s.sgov.gov": ("aws-iso-b", false),
    "cloud.adc-e.uk": ("aws-iso-e", false),
    "csp.hci.ic.gov": ("aws-iso-f", false),
  ]
}
