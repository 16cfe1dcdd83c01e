import Documents
import MirrorCore
import Support

/// The images of Kubernetes manifests, as `helm template`, `kustomize build` and `kubectl get -o yaml` write them: what
/// stands at `image` of containers, of image volumes, and of custom resources that keep to the habit. They name no
/// destinations.
struct KubernetesRows {
  private let target: ImageTarget
  private var found = ImportedRows()
  private var count = 0

  static func read(_ documents: [DocumentNode], to target: ImageTarget) throws(DocumentError) -> ImportedRows {
    var rows = KubernetesRows(target: target)
    for document in documents where !document.isEmpty { try rows.read(document) }
    if rows.count == 0 {
      throw documents.first?.mistake("no image is named in it") ?? DocumentError(line: nil, "there is nothing in it")
    }
    return rows.found
  }

  /// Below which `image` is a word that somebody chose.
  private static let labels: Set = ["metadata", "matchLabels", "selector"]

  private init(target: ImageTarget) {
    self.target = target
  }

  private mutating func read(_ place: DocumentNode) throws(DocumentError) {
    if let list = try place.list() {
      for entry in list { try read(entry) }
      return
    }
    guard let pairs = try? place.pairs() else { return }
    // What it describes is no image.
    if pairs.contains(where: { $0.key == "kind" && (try? $0.value.text()) == "CustomResourceDefinition" }) { return }
    for (key, value) in pairs where !Self.labels.contains(key) {
      if key == "image", let text = try? value.text() {
        add(text, value)
      } else if key == "image", let text = try Self.parts(value) {
        add(text, value)
      } else {
        // As operators name what they start: https://docs.redhat.com has RELATED_IMAGE_ for disconnected clusters.
        if key == "name", let name = try? value.text(), name.hasPrefix("RELATED_IMAGE_"),
          let image = pairs.first(where: { $0.key == "value" })?.value, let text = try? image.text()
        {
          add(text, image)
        }
        try read(value)
      }
    }
  }

  /// `{registry, repository, tag}`; nil for what is none, as an image volume's `{reference, pullPolicy}` is one.
  private static func parts(_ place: DocumentNode) throws(DocumentError) -> String? {
    guard let pairs = try? place.pairs() else { return nil }
    func part(_ key: String) -> String? { pairs.first { $0.key == key }.flatMap { try? $0.value.text() } }
    if let reference = part("reference") { return reference }
    guard let repository = part("repository") ?? part("name") else { return nil }
    let registry = part("registry").map { "\($0)/" } ?? ""
    let tag = part("tag").map { ":\($0)" } ?? ""
    return registry + repository + tag + (part("digest").map { "@\($0)" } ?? "")
  }

  private mutating func add(_ text: String, _ place: DocumentNode) {
    count += 1
    if text.contains("{{") {
      return found.keep(
        place.mistake(
          "this is a template; import what it comes to, as `helm template … | ecrmirror import - --to …` does"))
    }
    found.add(NamedImage(text: text, line: place.line), to: target, usual: .path)
  }
}
