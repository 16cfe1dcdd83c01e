import Documents
import MirrorCore
import OCIRegistry
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
      throw documents.first?.mistake("it names no image") ?? DocumentError(line: nil, "it is empty")
    }
    return rows.found
  }

  /// Below which `image` is a word that somebody chose, or the name of a disk, as Ceph's block devices have it.
  private static let places: Set = ["metadata", "matchLabels", "selector", "rbd"]
  /// What they hold, or describe, names no image that is pulled for them.
  private static let kinds: Set = ["ConfigMap", "CustomResourceDefinition", "Secret"]

  private init(target: ImageTarget) {
    self.target = target
  }

  private mutating func read(_ place: DocumentNode) throws(DocumentError) {
    if let list = try place.list() {
      for entry in list { try read(entry) }
      return
    }
    guard let pairs = try? place.pairs() else { return }
    let kind = pairs.first { $0.key == "kind" }.flatMap { try? $0.value.text() }
    if let kind, Self.kinds.contains(kind) { return }
    for (key, value) in pairs where !Self.places.contains(key) {
      // What a node found that it runs, by names of its own.
      if key == "status" && kind != nil { continue }
      if key == "image", try readImage(value) { continue }
      // As operators name what they start: https://docs.redhat.com has RELATED_IMAGE_ for disconnected clusters.
      if key == "name", let name = try? value.text(), name.hasPrefix("RELATED_IMAGE_"),
        let image = pairs.first(where: { $0.key == "value" })?.value, let text = try? image.text()
      {
        add(text, image)
      }
      try read(value)
    }
  }

  /// - Returns: whether it is one.
  private mutating func readImage(_ place: DocumentNode) throws(DocumentError) -> Bool {
    if let text = try? place.text() {
      add(text, place)
      return true
    }
    do throws(DocumentError) {
      guard let text = try Self.parts(place) else { return false }
      add(text, place)
    } catch {
      count += 1
      found.keep(error)
    }
    return true
  }

  /// `{registry, repository, tag, digest}`, as charts and what operators read have it, or an image volume's
  /// `{reference, pullPolicy}`.
  ///
  /// - Returns: nil for what is no image.
  /// - Throws: for one whose tag somebody else knows.
  private static func parts(_ place: DocumentNode) throws(DocumentError) -> String? {
    guard let pairs = try? place.pairs() else { return nil }
    func part(_ key: String) -> String? { pairs.first { $0.key == key }.flatMap { try? $0.value.text() } }
    if let reference = part("reference") { return reference }
    // Of ingress-nginx' chart it is called `image`.
    let repository = part("repository") ?? part("image")
    guard let name = repository ?? part("name") else { return nil }
    let text = (part("registry").map { "\($0)/" } ?? "") + name
    let (tag, digest) = (part("tag"), part("digest"))
    if tag != nil || digest != nil {
      return text + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
    if let image = try? ImageReference(text), image.tag != nil || image.digest != nil { return text }
    // A name alone may be that of anything.
    if repository == nil { return nil }
    throw place.mistake(
      "\(text.cleaned.shortened(to: 200)) has no tag here: a chart or an operator sets it; add it, or import the output of `helm template`"
    )
  }

  private mutating func add(_ text: String, _ place: DocumentNode) {
    count += 1
    if text.contains("{{") {
      return found.keep(
        place.mistake(
          "this is a template; import its output, as `helm template … | ecrmirror import - --to …` does"))
    }
    found.add(NamedImage(text: text, line: place.line), to: target, usual: .path)
  }
}
