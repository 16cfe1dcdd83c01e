import OCIRegistry
import Testing

@Suite struct RegistryHostTests {
  @Test(
    "A private ECR registry is known by its host name, in every partition and form",
    arguments: [
      ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "eu-central-1", "aws", false, false),
      ("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1", "aws", true, false),
      ("123456789012.dkr-ecr.us-east-2.on.aws", "us-east-2", "aws", false, true),
      ("123456789012.dkr-ecr-fips.us-east-2.on.aws", "us-east-2", "aws", true, true),
      ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", "aws-cn", false, false),
      ("123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1", "aws-cn", false, true),
      ("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com", "us-gov-west-1", "aws-us-gov", false, false),
      ("123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "aws-iso", false, false),
      ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "aws-eusc", false, false),
      ("123456789012.DKR.ECR.EU-WEST-1.AMAZONAWS.COM:443", "eu-west-1", "aws", false, false),
    ])
  func ecr(host: String, region: String, partition: String, isFIPS: Bool, isDualStack: Bool) throws {
    guard case .ecr(let registry) = RegistryHost(host).kind else {
      Issue.record("\(host) was not recognised")
      return
    }
    #expect(registry.account == "123456789012")
    #expect(registry.region == region)
    #expect(registry.partition == partition)
    #expect(registry.isFIPS == isFIPS)
    #expect(registry.isDualStack == isDualStack)
  }

  @Test(
    "Other hosts are what they are",
    arguments: [
      ("docker.io", RegistryKind.dockerHub), ("index.docker.io", .dockerHub), ("REGISTRY-1.docker.io", .dockerHub),
      ("public.ecr.aws", .ecrPublic), ("ecr-public.aws.com", .ecrPublic),
      ("localhost", .loopback), ("localhost:5000", .loopback), ("127.0.0.1:80", .loopback), ("127.9.8.7", .loopback),
      ("[::1]", .loopback), ("[::1]:5000", .loopback),
      ("127.0.0.1.evil.example", .other), ("127.0.0", .other), ("127.0.0.256", .other), ("localhost.example", .other),
      ("12345678901.dkr.ecr.eu-west-1.amazonaws.com", .other), ("123456789012.dkr.ecr.amazonaws.com", .other),
      ("123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example", .other),
      ("123456789012.dkr-ecr.eu-west-1.amazonaws.com", .other), ("123456789012.dkr.ecr.eu-west-1.on.aws", .other),
      ("x123456789012.dkr.ecr.eu-west-1.amazonaws.com", .other), ("", .other), ("[", .other), (":", .other),
    ])
  func others(host: String, kind: RegistryKind) {
    #expect(RegistryHost(host).kind == kind)
  }

  @Test(
    "Plain HTTP is for loopback and what is configured",
    arguments: [
      ("localhost:5000", true), ("127.0.0.1:5001", false), ("plain.example", true), ("other.example", false),
      ("docker.io", false),
    ])
  func plainHTTP(registry: String, isPlain: Bool) {
    let configuration = RegistryConfiguration(
      insecureRegistries: ["PLAIN.example"], secureRegistries: ["127.0.0.1:5001"])
    #expect(configuration.usesPlainHTTP(registry) == isPlain)
  }
}
