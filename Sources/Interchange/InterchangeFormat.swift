import Documents
public import MirrorCore
public import OCIRegistry
import Support

/// The forms in which mirrors come in and, some of them, go out.
public enum InterchangeFormat: String, Sendable, CaseIterable {
  case csv
  case json
  case regsync
  case skopeo
  case list
  case dregsy
  case imageSyncer = "image-syncer"
  case ocMirror = "oc-mirror"
  case kubernetes
  case compose

  /// Those that are written, too.
  public static let written: [Self] = [.csv, .json, .regsync, .skopeo, .list]

  public static let endings = ["csv", "json", "yaml", "yml", "txt"]

  /// By the name's ending; nil for YAML, of which there are several.
  ///
  /// - Throws: where that tells nothing.
  public init?(file: String) throws(InterchangeMisuse) {
    switch file.split(separator: ".").last?.lowercased() {
    case "csv": self = .csv
    case "json": self = .json
    case "txt": self = .list
    case "yaml", "yml": return nil
    default:
      throw InterchangeMisuse(
        "The name of '\(file.cleaned)' does not tell the format; use --format \(Self.allCases.map(\.rawValue).joined(separator: ", "))."
      )
    }
  }
}

extension InterchangeFormat {
  /// Of a file that is read; nil where its content tells, as on standard input, `-`.
  ///
  /// - Throws: where neither will.
  public static func ofImport(_ file: String) throws(InterchangeMisuse) -> InterchangeFormat? {
    if file == "-" { return nil }
    let format = try InterchangeFormat(file: file)
    return format == .json ? nil : format
  }
}

extension ImportedRows {
  /// - Parameters:
  ///   - format: nil where the content tells, as it does of YAML and JSON.
  ///   - target: what forms that only name images do not say.
  ///   - environment: the variables that files of regsync, image-syncer and compose may name.
  /// - Throws: `DocumentError` for a mistake in the text, `DocumentErrors` for several; `InterchangeMisuse` where `target`
  ///   is missing, or not for this.
  public init(
    _ text: String, _ format: InterchangeFormat?, to target: ImageTarget?, environment: [String: String] = [:]
  ) throws {
    if format == .csv || format == .list {
      try format?.check(target)
      self = try (target.map { try ListRows.read(text, to: $0) } ?? CSVRows.read(text)).checked()
      return
    }
    let start = text.first { !$0.isWhitespace }
    let isJSON = format == .json || (format != .regsync && format != .skopeo && (start == "{" || start == "["))
    let documents = try isJSON ? [DocumentNode(json: text)] : DocumentNode.stream(yaml: text)
    let found = try format ?? InterchangeFormat(documents, isJSON: isJSON)
    try found.check(target)
    if found == .kubernetes, let target {
      self = try KubernetesRows.read(documents, to: target).checked()
      return
    }
    if documents.count > 1 { throw documents[1].mistake("only Kubernetes manifests are read from several documents") }
    let root = try documents.first ?? DocumentNode(yaml: "")
    switch (found, target) {
    case (.skopeo, let target?): self = try SkopeoRows.read(root, to: target).checked()
    case (.ocMirror, let target?): self = try OCMirrorRows.read(root, to: target).checked()
    case (.compose, let target?):
      self = try ComposeRows.read(root, to: target, environment: environment).checked()
    case (.regsync, _): self = try RegsyncRows.read(root, environment: environment).checked()
    case (.dregsy, _): self = try DregsyRows.read(root).checked()
    case (.imageSyncer, _): self = try ImageSyncerRows.read(root, environment: environment).checked()
    default: self = try JSONRows.read(root).checked()
    }
  }
}

extension ExportedRows {
  /// - Parameters:
  ///   - registries: which of them speak plain HTTP, as other programs must be told.
  ///   - guardsFormulas: of CSV, whether a spreadsheet shall find no formula in it.
  /// - Throws: `InterchangeMisuse` where `target` is missing, or not for this.
  public init(
    _ entries: [MirrorEntry], _ format: InterchangeFormat, to target: ImageTarget?,
    _ registries: RegistryConfiguration = RegistryConfiguration(), guardsFormulas: Bool = false
  ) throws {
    try format.checkWriting(to: target)
    if let rows = StreamedRows(format, guardsFormulas: guardsFormulas) {
      try self.init(entries, through: rows)
      return
    }
    switch (format, target) {
    case (.regsync, _): self = try RegsyncRows.write(entries, registries)
    case (.list, let target?): self = ListRows.write(entries, to: target)
    case (.skopeo, let target?): self = try SkopeoRows.write(entries, to: target, registries)
    default: self.init([]) { _ in }
    }
  }
}

extension InterchangeFormat {
  /// What an export is told before it begins.
  ///
  /// - Throws: where the form is only read, or `target` is missing, or not for this.
  public func checkWriting(to target: ImageTarget?) throws(InterchangeMisuse) {
    guard Self.written.contains(self) else {
      throw InterchangeMisuse(
        "The \(rawValue) format can only be imported; use --format \(Self.written.map(\.rawValue).joined(separator: ", "))."
      )
    }
    try check(target)
  }

  fileprivate func check(_ target: ImageTarget?) throws(InterchangeMisuse) {
    if namesDestinations && target != nil {
      throw InterchangeMisuse(
        "--to and --map are for formats that only name images; the \(rawValue) format has its own destinations.")
    }
    if !namesDestinations && target == nil {
      throw InterchangeMisuse(
        "\(words) names no destinations; use --to REGISTRY, or REGISTRY/PREFIX, or --map FROM=TO.")
    }
  }

  fileprivate var namesDestinations: Bool {
    switch self {
    case .csv, .json, .regsync, .dregsy, .imageSyncer: true
    case .skopeo, .list, .ocMirror, .kubernetes, .compose: false
    }
  }

  private var words: String {
    switch self {
    case .list: "A list"
    case .compose: "A compose file"
    case .kubernetes: "A Kubernetes manifest"
    default: "The \(rawValue) format"
    }
  }
}
