import OCIRegistry
import Testing

@Suite struct RepositoryPageTests {
  @Test(
    "A registry's page for people is known by its name",
    arguments: [
      ("alpine:3.20", "https://hub.docker.com/_/alpine/tags?name=3.20"),
      ("grafana/grafana", "https://hub.docker.com/r/grafana/grafana/tags"),
      (
        "quay.io/prometheus/node-exporter:v1.8.1",
        "https://quay.io/repository/prometheus/node-exporter?tab=tags&tag=v1.8.1"
      ),
      ("ghcr.io/fluxcd/source-controller:v1.3.0", "https://ghcr.io/fluxcd/source-controller"),
      (
        "public.ecr.aws/eks/aws-load-balancer-controller:v2.8.1",
        "https://gallery.ecr.aws/eks/aws-load-balancer-controller"
      ),
      (
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:1",
        "https://eu-central-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team/app?region=eu-central-1"
      ),
      (
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app",
        "https://cn-north-1.console.amazonaws.cn/ecr/repositories/private/123456789012/app?region=cn-north-1"
      ),
      (
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app",
        "https://us-gov-west-1.console.amazonaws-us-gov.com/ecr/repositories/private/123456789012/app?region=us-gov-west-1"
      ),
      ("europe-docker.pkg.dev/project/repo/image:1", "https://europe-docker.pkg.dev/project/repo/image"),
    ])
  func pages(reference: String, page: String) throws {
    #expect(try ImageReference(reference).page == page)
  }

  @Test(
    "Of other registries none is made up",
    arguments: ["registry.example.com/x:1", "localhost:5000/x", "registry.k8s.io/pause:3.9"])
  func unknown(reference: String) throws {
    #expect(try ImageReference(reference).page == nil)
  }
}
