import Documents
public import MirrorCore
public import OCIRegistry
import Support

/// The forms in which mirrors come in and go out.
public enum InterchangeFormat: String, Sendable, CaseIterable {
  case csv
  case json
  case regsync
  case skopeo
  case list

  public static let endings = ["csv", "json", "yaml", "yml", "txt"]

  /// By the name's ending; nil for YAML, of which there are two.
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
        "The name of '\(file.cleaned)' does not tell the format; give --format \(Self.allCases.map(\.rawValue).joined(separator: ", "))."
      )
    }
  }

  /// Which of the two a YAML document is.
  init(_ root: DocumentNode) throws(DocumentError) {
    if root.isEmpty { throw root.mistake("there is nothing in it") }
    let isRegsync = try root.pairs().contains { ["creds", "defaults", "sync", "version"].contains($0.key) }
    self = isRegsync ? .regsync : .skopeo
  }
}

extension ImportedRows {
  /// - Parameters:
  ///   - format: nil for YAML whose content tells.
  ///   - target: what skopeo's form and a list do not say.
  ///   - environment: the variables that regsync's file may name.
  /// - Throws: `DocumentError` for a mistake in the text, `DocumentErrors` for several; `InterchangeMisuse` where `target`
  ///   is missing, or not for this.
  public init(
    _ text: String, _ format: InterchangeFormat?, to target: SkopeoTarget?, environment: [String: String] = [:]
  ) throws {
    if format == .csv || format == .list {
      try format?.check(target)
      self = try (target.map { try ListRows.read(text, to: $0) } ?? CSVRows.read(text)).checked()
      return
    }
    let root = try format == .json ? DocumentNode(json: text) : DocumentNode(yaml: text)
    let format = try format ?? InterchangeFormat(root)
    try format.check(target)
    switch (format, target) {
    case (.skopeo, let target?): self = try SkopeoRows.read(root, to: target).checked()
    case (.regsync, _): self = try RegsyncRows.read(root, environment: environment).checked()
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
    _ entries: [MirrorEntry], _ format: InterchangeFormat, to target: SkopeoTarget?,
    _ registries: RegistryConfiguration = RegistryConfiguration(), guardsFormulas: Bool = false
  ) throws {
    try format.check(target)
    switch (format, target) {
    case (.csv, _): self = CSVRows.write(entries, guardsFormulas: guardsFormulas)
    case (.regsync, _): self = try RegsyncRows.write(entries, registries)
    case (.list, let target?): self = ListRows.write(entries, to: target)
    case (.skopeo, let target?): self = try SkopeoRows.write(entries, to: target, registries)
    default: self = try JSONRows.write(entries)
    }
  }
}

extension InterchangeFormat {
  fileprivate func check(_ target: SkopeoTarget?) throws(InterchangeMisuse) {
    if namesDestinations && target != nil {
      throw InterchangeMisuse(
        "--to is for skopeo's form and for lists; the \(rawValue) form names destinations itself.")
    }
    if !namesDestinations && target == nil {
      let form = self == .skopeo ? "skopeo's form" : "A list"
      throw InterchangeMisuse("\(form) names no destinations; give --to REGISTRY, or REGISTRY/PREFIX.")
    }
  }

  private var namesDestinations: Bool {
    switch self {
    case .csv, .json, .regsync: true
    case .skopeo, .list: false
    }
  }
}
