import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct ShortReferenceTests {
  @Test(
    "What says least goes first: the registry, then the path, and the tag never",
    arguments: [
      ("docker.io/library/alpine:3.20", 29, "docker.io/library/alpine:3.20"),
      ("docker.io/library/alpine:3.20", 28, "alpine:3.20"),
      ("docker.io/library/alpine:3.20", 11, "alpine:3.20"),
      ("docker.io/library/alpine:3.20", 9, "a…ne:3.20"),
      ("docker.io/library/alpine:3.20", 6, "…:3.20"),
      ("docker.io/grafana/grafana-image-renderer:3.11.6", 40, "grafana/grafana-image-renderer:3.11.6"),
      ("docker.io/grafana/grafana-image-renderer:3.11.6", 34, "gra…/grafana-image-renderer:3.11.6"),
      ("docker.io/grafana/grafana-image-renderer:3.11.6", 32, "…/grafana-image-renderer:3.11.6"),
      ("docker.io/grafana/grafana-image-renderer:3.11.6", 21, "grafan…enderer:3.11.6"),
      ("docker.io/example.com/app:1", 26, "docker/example.com/app:1"),
      ("quay.io/prometheus/node-exporter:v1.8.2", 39, "quay.io/prometheus/node-exporter:v1.8.2"),
      ("quay.io/prometheus/node-exporter:v1.8.2", 38, "quay/prometheus/node-exporter:v1.8.2"),
      ("quay.io/prometheus/node-exporter:v1.8.2", 34, "quay/prometh…/node-exporter:v1.8.2"),
      (
        "gcr.io/tekton-releases/github.com/tektoncd/pipeline/cmd/controller:v0.65.1", 60,
        "gcr/tekton…/github…/tektoncd/pipeline/cmd/controller:v0.65.1"
      ),
      ("registry.k8s.io/ingress-nginx/controller:v1.11.3", 46, "registry.k8s/ingress-nginx/controller:v1.11.3"),
      ("registry.k8s.io/ingress-nginx/controller:v1.11.3", 40, "regist…/ingress-nginx/controller:v1.11.3"),
      ("127.0.0.1:5000/team/app:1", 24, "127.0.0.1:50…/team/app:1"),
      ("localhost/team/app:1", 18, "localh…/team/app:1"),
      (
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:1", 50, "123456789012.eu-central-1/team/app:1"
      ),
      ("123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:1", 30, "…9012.eu-central-1/team/app:1"),
      (
        "docker.io/library/alpine:3.20@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 40,
        "alpine:3.20@0123456789ab"
      ),
      (
        "quay.io/cilium/cilium-envoy:v1.29.9-1728346947-0d05e48bfbb8c4737ec40d5781d970a550ed2bbd", 60,
        "…/cilium-envoy:v1.29.9-1728346947-…0d5781d970a550ed2bbd"
      ),
      ("alpine:3.20", 8, "a…e:3.20"),
      ("quay.io/prometheus/prometheus", 24, "quay/prometh…/prometheus"),
      ("no reference at all", 10, "no r…t all"),
      ("漢字/イメージ:最新", 5, "漢字…最新"),
      ("a/b:c", 1, "…"),
      ("a/b:c", 0, ""),
    ])
  func cuts(text: String, width: Int, short: String) {
    #expect(ShortReference.make(text, width: width) == short)
  }

  @Test("None is wider than it may be, whatever the width, and a tag of 40 characters stays whole")
  func bounds() {
    let longest = "registry.example.com/a/b:" + String(repeating: "t", count: ShortReference.wholeTag)
    let odd = ["x:" + String(repeating: "y", count: 128), "/", ":", "@", "a//b:", "a/:5000/b", "@:@/:"]
    for name in RealNames.references + [longest] + odd {
      let tag = odd.contains(name) ? "" : name.split(separator: ":").last.map { ":\($0)" } ?? ""
      for width in 0...90 {
        let short = ShortReference.make(name, width: width, ellipsis: "~")
        #expect(short.count <= width)
        if name.count <= width { #expect(short == name) }
        if tag.count <= 41, tag.count < width { #expect(short.hasSuffix(tag), "\(name) in \(width)") }
      }
    }
  }

  @Test("Real names that differ look different where a line of 80 columns has room for them", arguments: [44, 48, 60])
  func differ(width: Int) {
    let short = Dictionary(grouping: RealNames.references) { ShortReference.make($0, width: width) }
    #expect(short.filter { $0.value.count > 1 }.isEmpty)
  }
}
