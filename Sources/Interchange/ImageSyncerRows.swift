import Documents
import MirrorCore
import OCIRegistry
import Support

/// Mirrors as the files of image-syncer, `images` alone or with `auth` in one: https://github.com/AliyunContainerService/image-syncer.
struct ImageSyncerRows {
  private var found = ImportedRows()

  private let environment: [String: String]

  /// - Parameter environment: the variables that destinations may name.
  static func read(_ root: DocumentNode, environment: [String: String] = [:]) throws(DocumentError) -> ImportedRows {
    var rows = ImageSyncerRows(environment: environment)
    let pairs = try root.pairs()
    guard isWhole(pairs.map(\.key)) else {
      try rows.readRules(root)
      return rows.found
    }
    for (key, value) in pairs {
      switch key {
      case "auth": try rows.readSignIns(value)
      case "images": try rows.readRules(value)
      default: throw value.unknown(key, known: ["auth", "images"])
      }
    }
    return rows.found
  }

  private init(environment: [String: String]) {
    self.environment = environment
  }

  /// Whether a document with these keys has all in one, rather than rules alone.
  static func isWhole(_ keys: [String]) -> Bool { keys.contains("images") || keys.contains("auth") }

  private mutating func readSignIns(_ section: DocumentNode) throws(DocumentError) {
    for (name, value) in try section.pairs() {
      let registry = String(name.prefix { $0 != "/" }).cleaned.shortened(to: 200)
      for (key, value) in try value.pairs() {
        switch key {
        case "username", "password": found.note(signInTo: registry, line: section.line)
        case "insecure": if try value.flag() { found.note(unverified: registry, line: value.line) }
        default: throw value.unknown(key, known: ["insecure", "password", "username"])
        }
      }
    }
  }

  private mutating func readRules(_ section: DocumentNode) throws(DocumentError) {
    for (source, value) in try section.pairs() {
      do throws(DocumentError) {
        let name = source.cleaned.shortened(to: 200)
        if !value.isEmpty, (try? value.pairs()) != nil {
          throw value.mistake("a destination is expected for \(name); the credentials file names no images")
        }
        let places = try value.list() ?? [value]
        for place in places { try readRule(source, place) }
        if places.isEmpty { throw value.mistake("'\(name)' has no destination") }
      } catch {
        found.keep(error)
      }
    }
  }

  /// `$X` and `${X}`, in destinations alone.
  private static func expand(_ text: String, _ environment: [String: String]) throws(VariableFault) -> String {
    try text.expandingDollars { dollar throws(VariableFault) in
      switch dollar {
      case .name(let name), .braces(let name):
        guard let value = environment[String(name)] else {
          throw .isNotSet(name, "set it for the import, as image-syncer has it")
        }
        return value
      case .open: throw VariableFault(reason: "a variable's '${' needs a '}'")
      }
    }
  }

  private mutating func readRule(_ source: String, _ place: DocumentNode) throws(DocumentError) {
    guard (try? place.text()) != nil else {
      throw place.mistake(
        "'\(source.cleaned.shortened(to: 200))' has no destination; image-syncer once took it from --registry and --namespace: write it here"
      )
    }
    let from = Names(source)
    let destination = try place.text(fits: Names.areWhole) { text throws(VariableFault) in
      try Self.expand(text, environment)
    }
    let to = Names(destination)
    if to.expression != nil {
      throw place.mistake("an expression selects tags of a source; remove this one")
    }
    if to.digest != nil {
      throw place.mistake("a destination cannot have a digest; write a tag instead")
    }
    if let digest = from.digest {
      guard to.tags.count == 1 else {
        throw place.mistake(
          "\(source.cleaned.shortened(to: 300)) has a digest but no tag for the destination; write one there")
      }
      return try add("\(from.repository)@\(digest)", "\(to.repository):\(to.tags[0])", nil, place)
    }
    if let expression = from.expression {
      if !to.tags.isEmpty {
        throw place.mistake("tags selected by an expression keep their names; remove the destination's tag")
      }
      let rule = TagRule(include: try place.patterns(regex: expression))
      return try add(from.repository, to.repository, rule, place)
    }
    if from.tags.isEmpty {
      if !to.tags.isEmpty { throw place.mistake("all tags keep their names; remove the destination's tag") }
      return try add(from.repository, to.repository, TagRule(include: ["*"]), place)
    }
    if !to.tags.isEmpty && to.tags.count != from.tags.count {
      throw place.mistake("there are \(from.tags.count) tags at the source, and \(to.tags.count) at the destination")
    }
    for (number, tag) in from.tags.enumerated() {
      let target = to.tags.isEmpty ? to.repository : "\(to.repository):\(to.tags[number])"
      try add("\(from.repository):\(tag)", target, nil, place)
    }
  }

  private mutating func add(
    _ source: String, _ destination: String, _ rule: TagRule?, _ place: DocumentNode
  ) throws(DocumentError) {
    try found.add(
      MirrorEntry(source: source, destinations: [destination], tags: rule), line: place.keyLine ?? place.line,
      merging: true)
  }
}

/// `registry/repository:1,2`, `registry/repository:/expression/` or `registry/repository@digest`.
private struct Names {
  let repository: String
  var tags: [String] = []
  var expression: String?
  /// Beside which a tag does not count, to image-syncer.
  var digest: String?

  init(_ text: String) {
    var name = text
    if let at = text.firstIndex(of: "@") {
      (name, digest) = (String(text[..<at]), String(text[text.index(after: at)...]))
    } else if let end = text.firstRange(of: ":/")?.lowerBound, text.hasSuffix("/"),
      text.distance(from: end, to: text.endIndex) > 3
    {
      repository = String(text[..<end])
      expression = String(text[end...].dropFirst(2).dropLast())
      return
    }
    let last = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    guard let colon = name[last...].firstIndex(of: ":") else {
      repository = name
      return
    }
    repository = String(name[..<colon])
    if digest != nil { return }
    tags = name[name.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// Whether a destination is one.
  static func areWhole(_ text: String) -> Bool {
    let names = Names(text)
    return (try? ImageReference(names.repository)) != nil
      && names.tags.allSatisfy { (try? ImageReference("\(names.repository):\($0)")) != nil }
  }
}
