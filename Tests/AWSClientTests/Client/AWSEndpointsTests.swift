import Testing

@testable import AWSClient

/// Against what the endpoint rules give that AWS publishes with botocore 1.43.
struct AWSEndpointsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let service: AWSService
    let region: String
    /// Plain, dual-stack, FIPS, both.
    let urls: [String]
    var testDescription: String { "\(service.name) in \(region)" }

    init(_ service: AWSService, _ region: String, _ urls: String...) {
      self.service = service
      self.region = region
      self.urls = urls.map { "https://\($0)" }
    }
  }

  static let cases = [
    Case(
      .dynamoDB, "eu-central-1", "dynamodb.eu-central-1.amazonaws.com", "dynamodb.eu-central-1.api.aws",
      "dynamodb-fips.eu-central-1.amazonaws.com", "dynamodb-fips.eu-central-1.api.aws"),
    Case(
      .dynamoDB, "us-gov-west-1", "dynamodb.us-gov-west-1.amazonaws.com", "dynamodb.us-gov-west-1.api.aws",
      "dynamodb.us-gov-west-1.amazonaws.com", "dynamodb-fips.us-gov-west-1.api.aws"),
    Case(
      .dynamoDB, "us-iso-east-1", "dynamodb.us-iso-east-1.c2s.ic.gov", "dynamodb.us-iso-east-1.api.aws.ic.gov",
      "dynamodb-fips.us-iso-east-1.c2s.ic.gov", "dynamodb-fips.us-iso-east-1.api.aws.ic.gov"),
    Case(
      .batch, "us-east-1", "batch.us-east-1.amazonaws.com", "batch.us-east-1.api.aws",
      "fips.batch.us-east-1.amazonaws.com", "batch-fips.us-east-1.api.aws"),
    Case(
      .batch, "us-gov-west-1", "batch.us-gov-west-1.amazonaws.com", "batch.us-gov-west-1.api.aws",
      "batch.us-gov-west-1.amazonaws.com", "batch-fips.us-gov-west-1.api.aws"),
    Case(
      .batch, "cn-north-1", "batch.cn-north-1.amazonaws.com.cn", "batch.cn-north-1.api.amazonwebservices.com.cn",
      "batch-fips.cn-north-1.amazonaws.com.cn", "batch-fips.cn-north-1.api.amazonwebservices.com.cn"),
    Case(
      .ecr, "us-east-1", "api.ecr.us-east-1.amazonaws.com", "ecr.us-east-1.api.aws",
      "api.ecr-fips.us-east-1.amazonaws.com", "ecr-fips.us-east-1.api.aws"),
    Case(
      .ecr, "cn-north-1", "api.ecr.cn-north-1.amazonaws.com.cn", "ecr.cn-north-1.api.amazonwebservices.com.cn",
      "api.ecr-fips.cn-north-1.amazonaws.com.cn", "ecr-fips.cn-north-1.api.amazonwebservices.com.cn"),
    Case(
      .ecrPublic, "us-east-1", "api.ecr-public.us-east-1.amazonaws.com", "ecr-public.us-east-1.api.aws",
      "api.ecr-public-fips.us-east-1.amazonaws.com", "api.ecr-public-fips.us-east-1.api.aws"),
    Case(
      .secretsManager, "us-east-1", "secretsmanager.us-east-1.amazonaws.com",
      "secretsmanager.us-east-1.amazonaws.com", "secretsmanager-fips.us-east-1.amazonaws.com",
      "secretsmanager-fips.us-east-1.amazonaws.com"),
    Case(
      .secretsManager, "cn-north-1", "secretsmanager.cn-north-1.amazonaws.com.cn",
      "secretsmanager.cn-north-1.amazonaws.com.cn", "secretsmanager-fips.cn-north-1.amazonaws.com.cn",
      "secretsmanager-fips.cn-north-1.api.amazonwebservices.com.cn"),
    Case(
      .events, "us-gov-west-1", "events.us-gov-west-1.amazonaws.com", "events.us-gov-west-1.api.aws",
      "events.us-gov-west-1.amazonaws.com", "events.us-gov-west-1.api.aws"),
    Case(
      .sts, "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com", "sts.us-gov-west-1.api.aws",
      "sts.us-gov-west-1.amazonaws.com", "sts-fips.us-gov-west-1.api.aws"),
    Case(
      .lambda, "us-gov-west-1", "lambda.us-gov-west-1.amazonaws.com", "lambda.us-gov-west-1.api.aws",
      "lambda-fips.us-gov-west-1.amazonaws.com", "lambda-fips.us-gov-west-1.api.aws"),
  ]

  @Test("Hosts are those that AWS publishes", arguments: cases)
  func published(_ row: Case) {
    let variants = [(false, false), (false, true), (true, false), (true, true)]
    let urls = variants.map { fips, dual in
      AWSEndpoints(region: row.region, usesFIPS: fips, usesDualStack: dual).url(of: row.service)
    }
    #expect(urls == row.urls)
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
