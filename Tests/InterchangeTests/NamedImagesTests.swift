import Documents
import MirrorCore
import OCIRegistry
import Support
import Testing

@testable import Interchange

/// Forms that only name images: where they go, and what is found in each.
struct NamedImagesTests {
  static let to = ImageTarget(prefix: "d.example/x")

  static func pairs(_ rows: ImportedRows) -> [String] {
    rows.entries.map { "\($0.source) \($0.destinations.joined(separator: ","))" }
  }

  static func line(
    _ text: String, _ format: InterchangeFormat? = nil, _ target: ImageTarget? = to, environment: [String: String] = [:]
  ) -> String {
    do {
      return "\(try ImportedRows(text, format, to: target, environment: environment).entries)"
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

  @Test(
    "A place below which images go is a registry, or one with the beginning of a name",
    arguments: [
      ("r.example", true), ("r.example:5000/a/b/", true), ("localhost:5000", true), ("", false), ("/", false),
      ("https://r.example/a", false), ("docker://r.example/a", false), ("r.example/a:1", false),
      ("r.example/UPPER", false),
    ])
  func prefixes(text: String, isOne: Bool) {
    #expect(ImageTarget.isPrefix(text) == isOne)
  }

  @Test("With maps alone, what none covers is a mistake with its line")
  func uncovered() throws {
    let target = ImageTarget(prefix: nil, layout: nil, maps: [try NameMap("quay.io=d.example")])
    #expect(Self.pairs(try ImportedRows("quay.io/a/b:1\n", .list, to: target)) == ["quay.io/a/b:1 d.example/a/b"])
    #expect(Self.line("quay.io/a:1\nghcr.io/c:1\n", .list, target).contains("line 2: no --map covers ghcr.io/c"))
  }

  @Test(
    "What is no map says how one is written",
    arguments: ["", "quay.io", "=d.example", "quay.io=", "a=b=c", "UPPER/x=d.example", "quay.io=docker://d.example"])
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

  @Test(
    "What only looks like an image is none",
    arguments: [
      "kind: Pod\nstatus: {containerStatuses: [{image: 'sha256:0', imageID: 'docker-pullable://x'}]}",
      "kind: Pod\nspec: {containers: [{image: null}, {image: ~}, {image: ''}, {image: }]}",
      "kind: PersistentVolume\nspec: {rbd: {monitors: [a], image: disk}}",
      "kind: ConfigMap\ndata: {image: word}", "kind: Secret\ndata: {image: d29yZA==}",
      "kind: Thing\nspec: {image: {name: ubuntu-22.04}}", "kind: Thing\nspec: {image: {tag: '1', pullPolicy: Always}}",
      "kind: Thing\nspec: {image: {repository: null}}", "kind: List\nitems: [{kind: Pod, status: {image: a}}]",
    ])
  func noImages(text: String) {
    let said = Self.line("apiVersion: v1\n\(text)\n")
    #expect(said.contains("it names no image"), "\(said)")
  }

  @Test("Containers of all kinds count, and images in parts as charts have them")
  func parts() throws {
    let digest = "sha256:\(String(repeating: "b", count: 64))"
    let text = """
      apiVersion: v1
      kind: List
      items:
      - kind: CronJob
        spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: r.example/cron:1}]}}}}}
      - kind: Pod
        spec:
          initContainers: [{image: r.example/init:1}]
          containers: [{image: r.example/main:1}]
          ephemeralContainers: [{image: r.example/debug:1}]
        status: {initContainerStatuses: [{image: r.example/other:1}], phase: Running}
      - kind: HelmRelease
        spec:
          values:
            a: {image: {registry: r.example, repository: a/b, tag: 1.10, digest: ""}}
            b: {image: {repository: r.example/c, tag: null, digest: '\(digest)'}}
            c: {image: {name: 'r.example/d:2', entrypoint: [sh]}}
            d: {image: {registry: r.example, image: ingress/e, tag: v1}}
          status: {image: {repository: r.example/spec, tag: 3}}
      """
    let target = ImageTarget(prefix: "d.example", maps: [try NameMap("r.example/c=e.example")])
    let said = Self.line(text, nil, target)
    #expect(said.contains("line 16: r.example/c@\(digest) has a digest"), "\(said)")
    let rows = try ImportedRows(text.replacing("tag: null", with: "tag: 2"), nil, to: target)
    #expect(
      Self.pairs(rows) == [
        "r.example/cron:1 d.example/cron", "r.example/init:1 d.example/init", "r.example/main:1 d.example/main",
        "r.example/debug:1 d.example/debug", "r.example/a/b:1.10 d.example/a/b", "r.example/c:2@\(digest) e.example/c",
        "r.example/d:2 d.example/d", "r.example/ingress/e:v1 d.example/ingress/e", "r.example/spec:3 d.example/spec",
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
      (
        "apiVersion: v1\nkind: Thing\nspec: {image: {repository: r.example/a, tag: ''}}\n",
        "line 3: r.example/a has no tag here"
      ),
      ("apiVersion: v1\nkind: Service\n", "it names no image"),
      ("a.example: {images: {}}\n---\nb: 2\n", "line 3: only Kubernetes"),
      ("services:\n  a: {image: '$X'}\n", "line 2: the variable X is not set"),
      ("services:\n  a:\n    extends: {file: b.yaml}\n", "line 3: the image of"),
      ("include: [other.yaml]\nservices: {}\n", "line 1: other files"), ("just words", "line 1: keys and values"),
      ("services:\n  a:\n    extends: b\n", "line 3: the service to extend"),
      ("services:\n  a: {extends: b}\n  b: {extends: a}\n", "line 2: services extend each other in a loop"),
      ("services:\n  a: {image: '${X:?give it}'}\n", "X must be set and not empty ('give it'); set it"),
      ("services:\n  a: {image: '${X?}'}\n", "X must be set; set it"),
      ("replicaCount: 1\nimage: {repository: r.example/a, tag: 1}\n", "line 1: its keys match no known format"),
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
    #expect(rows.notes.contains { $0.contains("'web' is skipped: its image is built") })
  }

  @Test(
    "Variables of compose files are what compose makes of them",
    arguments: [
      ("a$X", "ax"), ("${X}b", "xb"), ("${Y-d}", ""), ("${Y:-d}", "d"), ("${Z-d}", "d"), ("${Z:-${X}}", "x"),
      ("${X:+s}", "s"), ("${Z+s}", ""), ("$$X", "$X"), ("${X:?must}", "x"), ("$X_", nil), ("${Z}", nil),
      ("${Z?must}", nil), ("${", nil), ("${X!}", nil), ("${}", nil), ("${1}", nil),
      // As compose-go's tests have them.
      ("a $ string", "a $ string"), ("$}", "$}"), ("$", "$"), ("$1", "$1"), ("$X-bar", "x-bar"), ("$${X}", "${X}"),
      ("${Y:-/non:-alphanumeric}", "/non:-alphanumeric"), (":-ok ${Y-d}", ":-ok "), ("+ok ${Z:-${Y-d}}", "+ok "),
      ("${Z-${X} ${X}}", "x x"), ("${Y+$X ${X:+second}}", "x second"), ("${X?${Z}}", "x"), ("${Z:+${Z},}B", "B"),
    ])
  func variables(text: String, value: String?) {
    #expect((try? ComposeVariables.expand(text, ["X": "x", "Y": ""])) == value)
  }

  @Test("What a variable holds is in no mistake")
  func variablesInMistakes() {
    let said = Self.line("services: {a: {image: 'r.example/$TOKEN'}}\n", environment: ["TOKEN": "Hunter 2"])
    #expect(said.contains("'r.example/$TOKEN' does not expand to an image reference"), "\(said)")
    #expect(!said.contains("Hunter"))
  }

  @Test("A service has what it extends, those of profiles count, and volumes may be images")
  func services() throws {
    let text = """
      services:
        base: {image: "r.example/base:1", command: a}
        other: {extends: {service: base}, profiles: [debug]}
        more: {extends: other}
        own: {extends: {file: common.yaml, service: x}, image: "r.example/own:1", build: null}
        built: {build: .}
        tagged: {extends: {service: built}, image: "r.example/tagged:1"}
        data:
          image: r.example/data:1
          volumes:
          - ./a:/b
          - {type: image, source: "r.example/files:1", target: /files}
          - {type: bind, source: ./c, target: /c}
      """
    let rows = try ImportedRows(text, nil, to: Self.to)
    #expect(
      rows.entries.map(\.source) == ["base", "own", "files", "data"].map { "r.example/\($0):1" })
    #expect(rows.notes.filter { $0.contains("is built from a folder") }.count == 2, "\(rows.notes)")
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
    #expect(rows.notes.contains { $0.hasPrefix("line 10: docker.io/library/alpine is skipped") }, "\(rows.notes)")
    let others = text.replacing(
      "  blockedImages:", with: "  operators:\n  - catalog: r.example/index:v4\n  platform: {}\n  blockedImages:")
    #expect(
      Self.line(others).contains("line 11: only oc-mirror can tell which images 'operators'"), "\(Self.line(others))")
  }

  // As the examples of oc-mirror's docs/features and its tests have them.
  @Test("Names by digest go under the tag that oc-mirror makes, and patterns block what they are found in")
  func ocMirrorNames() throws {
    let digest = "sha256:\(String(repeating: "a", count: 64))"
    let text = """
      apiVersion: mirror.openshift.io/v2alpha1
      kind: ImageSetConfiguration
      mirror:
        operators: []
        helm: {}
        AdditionalImages:
        - name: r.example/ubi8/ubi@\(digest)
        - name: r.example/ubi8/pinned@\(digest)
          targetTag: tag-1
        - name: r.example/ubi8/both:1@\(digest)
          targetRepo: custom-ns/both
        - name: docker://r.example/ubi9/minimal:latest
          targetRepo: repo
          targettag: v9
        - name: r.example/sparse:1
          platforms: [{os: linux, architecture: amd64}, {OS: linux, Architecture: arm64}]
        - name: r.example/unwanted/x:1
        - name: r.example/aws/x:1
        blockedImages:
        - name: "r.example/unwanted/.*"
        - name: "(aws|gcp)"
      """
    let rows = try ImportedRows(text, nil, to: Self.to)
    #expect(
      Self.pairs(rows) == [
        "r.example/ubi8/ubi@\(digest) d.example/x/ubi8/ubi:sha256-\(String(repeating: "a", count: 64))",
        "r.example/ubi8/pinned@\(digest) d.example/x/ubi8/pinned:tag-1",
        "r.example/ubi8/both:1@\(digest) d.example/x/custom-ns/both",
        "docker://r.example/ubi9/minimal:latest d.example/x/repo:v9", "r.example/sparse:1 d.example/x/sparse",
      ])
    #expect(
      rows.entries.last?.options == ["platforms": .array([.string("linux/amd64"), .string("linux/arm64")])])
    #expect(rows.notes.filter { $0.contains("as it is in 'blockedImages'") }.count == 2, "\(rows.notes)")
    let maps = ImageTarget(prefix: nil, maps: [try NameMap("r.example=d.example")])
    #expect(Self.line(text, nil, maps).contains("line 10: r.example/ubi8/both has a place below --to"))
    let bad = text.replacing("(aws|gcp)", with: "(aws")
    #expect(Self.line(bad).contains("line 21: '(aws' is not a supported regular expression"), "\(Self.line(bad))")
    for (part, with, words) in [
      ("targetRepo: repo", "targetRepo: 'repo:1'", "line 12: "), ("{os: linux, ar", "{ar", "line 16: a platform needs"),
      ("targetRepo: repo", "target: repo", "line 13: unknown key 'target'"),
    ] {
      let said = Self.line(text.replacing(part, with: with))
      #expect(said.contains(words), "\(said)")
    }
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
