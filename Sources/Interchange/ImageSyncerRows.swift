import Documents
import MirrorCore
import OCIRegistry
import Support

/// Mirrors as the files of image-syncer, `images` alone or with `auth` in one: https://github.com/AliyunContainerService/image-syncer.
struct ImageSyncerRows {
  private var found = ImportedRows()

  static func read(_ root: DocumentNode) throws(DocumentError) -> ImportedRows {
    var rows = ImageSyncerRows()
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

  /// Whether a document with these keys has all in one, rather than rules alone.
  static func isWhole(_ keys: [String]) -> Bool { keys.contains("images") || keys.contains("auth") }

  private mutating func readSignIns(_ section: DocumentNode) throws(DocumentError) {
    for (name, value) in try section.pairs() {
      let registry = String(name.prefix { $0 != "/" }).cleaned.shortened(to: 200)
      for (key, value) in try value.pairs() {
        switch key {
        case "username", "password", "identityToken":
          found.note(
            "the sign-in to \(registry) is left out, as secrets are never imported: run `skopeo login \(registry)`",
            line: section.line)
        case "insecure":
          if try !value.flag() || RegistryHost(registry).kind == .loopback { break }
          found.note(
            "\(registry) speaks plain HTTP, or is not verified: name it under registries.insecure in the configuration, or its certificate as registries.caFile",
            line: value.line)
        default: throw value.unknown(key, known: ["identityToken", "insecure", "password", "username"])
        }
      }
    }
  }

  private mutating func readRules(_ section: DocumentNode) throws(DocumentError) {
    for (source, value) in try section.pairs() {
      do throws(DocumentError) {
        if !value.isEmpty, try value.list() == nil, (try? value.pairs()) != nil {
          throw value.mistake(
            "a destination is expected for \(source.cleaned.shortened(to: 200)); the file of sign-ins names no images")
        }
        for place in try value.list() ?? [value] { try readRule(source, place) }
      } catch {
        found.keep(error)
      }
    }
  }

  private mutating func readRule(_ source: String, _ place: DocumentNode) throws(DocumentError) {
    guard let destination = try? place.text() else {
      throw place.mistake(
        "'\(source.cleaned.shortened(to: 200))' has no destination, which image-syncer takes from --registry and --namespace; write it here"
      )
    }
    let from = try Names(source, place)
    let to = try Names(destination, place)
    // The `$` of an expression is its end.
    for text in [from.expression == nil ? source : from.repository, destination] where text.contains("$") {
      throw place.mistake("'\(text.cleaned.shortened(to: 200))' has a variable; write what it stands for")
    }
    if let expression = from.expression {
      if !to.tags.isEmpty {
        throw place.mistake("tags that an expression chooses keep their names; leave out that of the destination")
      }
      let rule = TagRule(include: try place.globs(regex: expression))
      return try add(from.repository, to.repository, rule, place)
    }
    if from.tags.isEmpty {
      if !to.tags.isEmpty { throw place.mistake("all tags keep their names; leave out that of the destination") }
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

/// `registry/repository:1,2` or `registry/repository:/expression/`.
private struct Names {
  let repository: String
  var tags: [String] = []
  var expression: String?

  init(_ text: String, _ place: DocumentNode) throws(DocumentError) {
    if text.contains("@") {
      throw place.mistake(
        "\(text.cleaned.shortened(to: 300)) names a digest, which has no tag at the destination; add this one with `ecrmirror add`, which takes one"
      )
    }
    let end = text.firstRange(of: ":/").map(\.lowerBound)
    if let end, text.hasSuffix("/"), text.distance(from: end, to: text.endIndex) > 3 {
      repository = String(text[..<end])
      expression = String(text[end...].dropFirst(2).dropLast())
      return
    }
    let name = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    guard let colon = text[name...].firstIndex(of: ":") else {
      repository = text
      return
    }
    repository = String(text[..<colon])
    tags = text[text.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}
