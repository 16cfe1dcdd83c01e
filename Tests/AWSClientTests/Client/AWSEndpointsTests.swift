import Foundation
import Testing

@testable import AWSClient

/// Against botocore's endpoint rules: `Tests/Vectors/endpoints.py` writes them down, and a system test checks that they
/// are what it says.
struct AWSEndpointsTests {
  /// One service in one region: its addresses plain, dual-stack, with FIPS, and with both; nil where a partition lacks it.
  struct Case: Decodable, Sendable {
    let service, region: String
    let urls: [String?]
  }

  static let services: [AWSService] = [
    .batch, .dynamoDB, .ecr, .ecrPublic, .events, .lambda, .logs, .secretsManager, .sqs, .ssm, .sso, .ssoOIDC, .sts,
  ]

  @Test("Addresses are those of botocore's endpoint rules, for every service, region and variant", arguments: services)
  func published(_ service: AWSService) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors/endpoints.json")
    let rows = try JSONDecoder().decode([Case].self, from: try Data(contentsOf: file)).filter {
      $0.service == service.name
    }
    #expect(rows.count >= (service == .ecrPublic ? 1 : 40))
    for row in rows {
      for (url, variant) in zip(row.urls, [(false, false), (false, true), (true, false), (true, true)]) {
        guard let url else { continue }
        let ours = AWSEndpoints(region: row.region, usesFIPS: variant.0, usesDualStack: variant.1).url(of: service)
        #expect(ours == url, "FIPS \(variant.0), dual stack \(variant.1)")
      }
    }
  }

  @Test("An address for one service goes before the one for all, and both before the rules")
  func overrides() {
    let endpoints = AWSEndpoints(
      region: "us-east-1", usesFIPS: true, override: "http://127.0.0.1:4566/",
      overrides: ["cloudwatch_logs": "http://127.0.0.1:5000"])
    #expect(endpoints.url(of: .logs) == "http://127.0.0.1:5000")
    #expect(endpoints.url(of: .batch) == "http://127.0.0.1:4566")
    #expect(endpoints.inRegion("cn-north-1").url(of: .ecr) == "http://127.0.0.1:4566")
  }

  @Test(
    "Regions tell their partition",
    arguments: [
      ("eu-central-1", "aws"), ("cn-northwest-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov"),
      ("us-isob-east-1", "aws-iso-b"), ("us-iso-west-1", "aws-iso"), ("eusc-de-east-1", "aws-eusc"),
      ("xx-new-1", "aws"),
    ])
  func partitions(region: String, name: String) {
    #expect(AWSPartition(region: region).name == name)
  }
}
