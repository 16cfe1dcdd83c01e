import Documents
import MirrorCore
import OCIRegistry
import Testing

@testable import Interchange

/// Forms that only name images: where they go, and what is found in each.
struct NamedImagesTests {
  static let to = ImageTarget(prefix: "d.example/x", layout: nil)

  static func pairs(_ rows: ImportedRows) -> [String] {
    rows.entries.map { "\($0.source) \($0.destinations.joined(separator: ","))" }
  }

  static func line(_ text: String, _ format: InterchangeFormat? = nil, _ target: ImageTarget? = to) -> String {
    do {
      return "\(try ImportedRows(text, format, to: target).entries)"
    } catch let errors as DocumentErrors {
      return errors.errors.map(\.description).joined(separator: "\n")
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "Names are rewritten as asked: the registry kept or stripped, or one for another",
    arguments: [
      ("quay.io/team/app", ImageTarget.Layout.last, "d.example/x/app"),
      ("quay.io/team/app", .path, "d.example/x/team/app"),
      ("quay.io/team/app", .whole, "d.example/x/quay.io/team/app"), ("alpine", .path, "d.example/x/library/alpine"),
      ("ghcr.io/a/b", .path, "e.example/ghcr/a/b"), ("ghcr.io/a/special/b", .path, "f.example/b"),
      ("ghcr.io/a/special", .path, "f.example/special"), ("ghcr.io/a/specialist", .path, "e.example/ghcr/a/specialist"),
      ("docker.io/grafana/grafana", .path, "e.example/hub/grafana/grafana"),
    ])
  func rewriting(source: String, layout: ImageTarget.Layout, destination: String) throws {
    let maps = try ["ghcr.io=e.example/ghcr/", "ghcr.io/a/special=f.example", "grafana=e.example/hub/grafana"].map(
      NameMap.init)
    let target = ImageTarget(prefix: "d.example/x/", layout: layout, maps: maps)
    #expect(try target.destination(of: ImageReference(source)) == destination)
  }

  @Test("With maps alone, what none covers is a mistake with its line")
  func uncovered() throws {
    let target = ImageTarget(prefix: nil, layout: nil, maps: [try NameMap("quay.io=d.example")])
    #expect(Self.pairs(try ImportedRows("quay.io/a/b:1\n", .list, to: target)) == ["quay.io/a/b:1 d.example/a/b"])
    #expect(Self.line("quay.io/a:1\nghcr.io/c:1\n", .list, target).contains("line 2: no --map covers ghcr.io/c"))
  }

  @Test(
    "What is no map says how one is written",
    arguments: ["", "quay.io", "=d.example", "quay.io=", "a=b=c", "UPPER/x=d.example"])
  func noMap(text: String) {
    let mistake = #expect(throws: NameMap.Mistake.self) { try NameMap(text) }
    #expect(mistake?.description.contains("FROM=TO") == true)
  }

  // In the manner of what `helm template` writes of kube-prometheus-stack and of ingress-nginx.
  static let manifests = """
    ---
    # Source: stack/templates/service.yaml
    apiVersion: v1
    kind: Service
    metadata: {name: web, labels: {image: not-one}}
    ---
    # Source: stack/templates/deployment.yaml
    apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          initContainers:
          - name: init
            image: "docker.io/library/busybox:1.36"
          containers:
          - name: app
            image: quay.io/prometheus/prometheus:v2.53.0
            env:
            - name: RELATED_IMAGE_PROXY
              value: quay.io/brancz/kube-rbac-proxy:v0.18.0
            - name: OTHER
              value: quay.io/not/taken:1
          - name: again
            image: docker.io/library/busybox:1.36
          - name: pinned
            image: registry.k8s.io/ingress-nginx/controller:v1.11.1@sha256:\(String(repeating: "e", count: 64))
          volumes:
          - name: data
            image: {reference: "quay.io/team/artifact:v2", pullPolicy: IfNotPresent}
    ---
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: Prometheus
    spec:
      image: {registry: ghcr.io, repository: team/thing, tag: "3"}
      version: v2
    ---
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    spec: {versions: [{schema: {properties: {image: {name: example/never, description: An image}}}}]}
    """

  @Test("All images of Kubernetes manifests are found, once each, under their names without the registry")
  func kubernetes() throws {
    let rows = try ImportedRows(Self.manifests, nil, to: Self.to)
    #expect(
      Self.pairs(rows) == [
        "docker.io/library/busybox:1.36 d.example/x/library/busybox",
        "quay.io/prometheus/prometheus:v2.53.0 d.example/x/prometheus/prometheus",
        "quay.io/brancz/kube-rbac-proxy:v0.18.0 d.example/x/brancz/kube-rbac-proxy",
        "registry.k8s.io/ingress-nginx/controller:v1.11.1@sha256:\(String(repeating: "e", count: 64)) d.example/x/ingress-nginx/controller",
        "quay.io/team/artifact:v2 d.example/x/team/artifact", "ghcr.io/team/thing:3 d.example/x/team/thing",
      ])
  }

  @Test("A list of objects as kubectl writes it in JSON counts as manifests")
  func kubectl() throws {
    let text = """
      {"apiVersion": "v1", "kind": "List", "items": [
      \t{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "alpine"}]}}]}
      """
    #expect(Self.pairs(try ImportedRows(text, nil, to: Self.to)) == ["alpine:latest d.example/x/library/alpine"])
  }

  @Test(
    "What manifests and compose files cannot say is named by its line",
    arguments: [
      (
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: '{{ .Values.image }}'}]}\n",
        "line 3: this is a template"
      ),
      (
        "apiVersion: v1\nkind: Pod\nimage: UPPER\n---\na: {image: 'b@sha256:\(String(repeating: "0", count: 64))'}\n",
        "line 3: "
      ),
      (
        "apiVersion: v1\nkind: Pod\nimage: UPPER\n---\na: {image: 'b@sha256:\(String(repeating: "0", count: 64))'}\n",
        "line 5: b@sha256"
      ),
      ("apiVersion: v1\nkind: Service\n", "no image is named"), ("a: 1\n---\nb: 2\n", "line 3: only Kubernetes"),
      ("services:\n  a: {image: '$X'}\n", "line 2: the variable X is not set"),
      ("services:\n  a:\n    extends: {file: b.yaml}\n", "line 3: another service"),
      ("include: [other.yaml]\nservices: {}\n", "line 1: other files"), ("just words", "line 1: keys and values"),
    ])
  func mistakes(text: String, words: String) {
    let said = Self.line(text)
    #expect(said.contains(words), "\(said)")
  }

  // In the manner of docker/awesome-compose.
  static let compose = """
    name: stack
    version: "3.9"
    x-base: &base {restart: always}
    services:
      proxy:
        <<: *base
        image: nginx
        ports: ["80:80"]
      db: {image: "${DB_IMAGE:-mariadb:10-focal}"}
      cache: {image: "redis:${REDIS_TAG}", profiles: [full]}
      web:
        build: .
        image: example/web
      tool: {platform: linux/arm64, image: "ghcr.io/a/tool:$$x"}
    volumes: {data: }
    """

  @Test("Images of a compose file's services are found, with its variables worked out")
  func compose() throws {
    let text = Self.compose.replacing("$$x", with: "1")
    let rows = try ImportedRows(text, nil, to: Self.to, environment: ["REDIS_TAG": "7"])
    #expect(
      Self.pairs(rows) == [
        "nginx:latest d.example/x/library/nginx", "mariadb:10-focal d.example/x/library/mariadb",
        "redis:7 d.example/x/library/redis", "ghcr.io/a/tool:1 d.example/x/a/tool",
      ])
    #expect(rows.notes.contains { $0.contains("'web' is left out: its image is built") })
  }

  @Test(
    "Variables of compose files are what compose makes of them",
    arguments: [
      ("a$X", "ax"), ("${X}b", "xb"), ("${Y-d}", ""), ("${Y:-d}", "d"), ("${Z-d}", "d"), ("${Z:-${X}}", "x"),
      ("${X:+s}", "s"), ("${Z+s}", ""), ("$$X", "$X"), ("${X:?must}", "x"), ("$X_", nil), ("${Z}", nil),
      ("${Z?must}", nil),
      ("${", nil), ("$", nil), ("${X!}", nil), ("${}", nil),
    ])
  func variables(text: String, value: String?) {
    #expect((try? ComposeVariables.expand(text, ["X": "x", "Y": ""])) == value)
  }

  // As https://docs.redhat.com shows it under "Image set configuration parameters", and oc-mirror's v2alpha1.
  @Test("additionalImages of oc-mirror come in, but for what is blocked")
  func ocMirror() throws {
    let digest = "sha256:\(String(repeating: "a", count: 64))"
    let text = """
      kind: ImageSetConfiguration
      apiVersion: mirror.openshift.io/v2alpha1
      archiveSize: 4
      mirror:
        additionalImages:
        - name: registry.redhat.io/ubi8/ubi:latest
        - name: registry.redhat.io/ubi9/ubi@\(digest)
          targetRepo: base/ubi
          targetTag: "9"
        - name: docker.io/library/alpine
        blockedImages:
        - name: docker.io/library/alpine
      """
    let rows = try ImportedRows(text, nil, to: Self.to)
    #expect(
      Self.pairs(rows) == [
        "registry.redhat.io/ubi8/ubi:latest d.example/x/ubi8/ubi",
        "registry.redhat.io/ubi9/ubi@\(digest) d.example/x/base/ubi:9",
      ])
    #expect(rows.notes.contains { $0.hasPrefix("line 10: docker.io/library/alpine is left out") }, "\(rows.notes)")
    let others = text.replacing(
      "  blockedImages:", with: "  operators:\n  - catalog: r.example/index:v4\n  blockedImages:")
    #expect(Self.line(others).contains("line 11: which images 'operators' comes to"), "\(Self.line(others))")
  }

  @Test("A form that only names images needs a place for them, and one that names places takes none")
  func misuse() {
    for text in [Self.manifests, Self.compose] {
      #expect(throws: InterchangeMisuse.self) { try ImportedRows(text, nil, to: nil) }
    }
    #expect(throws: InterchangeMisuse.self) { try ImportedRows("relay: skopeo\ntasks: []\n", nil, to: Self.to) }
    #expect(throws: InterchangeMisuse.self) { try ExportedRows([], .compose, to: Self.to) }
  }
}
