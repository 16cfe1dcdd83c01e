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

  public static let endings = ["csv", "json", "yaml", "yml"]

  /// By the name's ending; nil for YAML, of which there are two.
  ///
  /// - Throws: where that tells nothing.
  public init?(file: String) throws(InterchangeMisuse) {
    switch file.split(separator: ".").last?.lowercased() {
    case "csv": self = .csv
    case "json": self = .json
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
  ///   - target: what skopeo's form does not say.
  /// - Throws: `DocumentError` for a mistake in the text, `DocumentErrors` for several; `InterchangeMisuse` where `target`
  ///   is missing, or not for this.
  public init(_ text: String, _ format: InterchangeFormat?, to target: SkopeoTarget?) throws {
    if format == .csv {
      try InterchangeFormat.csv.check(target)
      self = try CSVRows.read(text).checked()
      return
    }
    let root = try format == .json ? DocumentNode(json: text) : DocumentNode(yaml: text)
    let format = try format ?? InterchangeFormat(root)
    try format.check(target)
    switch (format, target) {
    case (.skopeo, let target?): self = try SkopeoRows.read(root, to: target).checked()
    case (.regsync, _): self = try RegsyncRows.read(root).checked()
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
    case (.skopeo, let target?): self = try SkopeoRows.write(entries, to: target, registries)
    default: self = try JSONRows.write(entries)
    }
  }
}

extension InterchangeFormat {
  fileprivate func check(_ target: SkopeoTarget?) throws(InterchangeMisuse) {
    if self == .skopeo && target == nil {
      throw InterchangeMisuse("skopeo's form names no destinations; give --to REGISTRY, or REGISTRY/PREFIX.")
    }
    if self != .skopeo && target != nil {
      throw InterchangeMisuse("--to is for skopeo's form; the \(rawValue) form names destinations itself.")
    }
  }
}
