public import Documents
public import OCIRegistry
import Support

extension RegistriesConf {
  /// Reads one file, version 2 or the one before it, and holds it to what skopeo holds it to. As for skopeo, keys that
  /// nobody knows say nothing, and keys are the same in upper case.
  ///
  /// - Parameter isDropIn: of a folder `registries.conf.d`: version 2 only.
  /// - Throws: `DocumentError` with the line.
  public init(toml: [UInt8], file: String, isDropIn: Bool) throws(DocumentError) {
    self.init()
    let root = try TOMLNode(toml: toml)
    if toml.starts(with: [0xef, 0xbb, 0xbf]) {
      notes.append("\(file) begins with a byte order mark, and skopeo 1.9 cannot read it then")
    }
    var rules: [(rule: Rule, line: Int)] = []
    var (isFirst, isSecond) = (false, false)
    for (key, place) in try root.pairs() {
      switch key.lowercased() {
      case "registry":
        for item in try place.list() { rules.append((try Rule(item, file: file), item.line)) }
        isSecond = isSecond || !rules.isEmpty
      case "unqualified-search-registries":
        for name in try place.list() { try name.checkSearch() }
        let names = try place.texts()
        isSecond = isSecond || !names.isEmpty
      case "credential-helpers": credentialHelpers = try place.texts()
      case "short-name-mode": try place.checkShortNameMode()
      case "aliases": for (name, alias) in try place.pairs() { try alias.checkAlias(of: name) }
      case "registries":
        let former = try place.formerRules(file: file)
        rules += former.rules
        isFirst = former.isThere
        if isFirst, isDropIn { throw place.mistake("a file in registries.conf.d has [[registry]], not [registries]") }
      case "additional-layer-store-auth-helper": _ = try place.text()
      default: notes.append("\(file), line \(place.line): skopeo does not know the key '\(key)'")
      }
    }
    if isFirst && isSecond { throw DocumentError(line: nil, "[registries] and [[registry]] cannot be combined") }
    try Self.checkConflicts(rules)
    for (rule, _) in rules where self.rules[rule.prefix] == nil { self.rules[rule.prefix] = rule }
  }

  /// What stands for one location, whatever the prefix, is secure or not, and blocked or not, all the same.
  private static func checkConflicts(_ rules: [(rule: Rule, line: Int)]) throws(DocumentError) {
    var first: [String: Rule] = [:]
    for (rule, line) in rules {
      let place = rule.location.isEmpty ? rule.prefix : rule.location
      guard let other = first[place] else {
        first[place] = rule
        continue
      }
      for (word, differs) in [
        ("insecure", other.isInsecure != rule.isInsecure), ("blocked", other.isBlocked != rule.isBlocked),
      ] where differs {
        throw DocumentError(line: line, "'\(place)' is there more than once, with different '\(word)'")
      }
    }
  }
}

extension RegistriesConf.Rule {
  fileprivate init(_ item: TOMLNode, file: String) throws(DocumentError) {
    self.init(prefix: "", location: "", file: file)
    for (key, value) in try item.pairs() {
      switch key.lowercased() {
      case "prefix": prefix = try value.location()
      case "location": location = try value.location()
      case "insecure": isInsecure = try value.flag()
      case "blocked": isBlocked = try value.flag()
      case "mirror-by-digest-only": mirrorsDigestsOnly = try value.flag()
      case "mirror": for mirror in try value.list() { mirrors.append(try RegistriesConf.Mirror(mirror)) }
      case "pull-from-mirror":
        if !(try value.text()).isEmpty { throw value.mistake("'pull-from-mirror' is for mirrors only") }
      default: break
      }
    }
    if prefix.isEmpty { prefix = location }
    if prefix.isEmpty { throw item.mistake("a registry has neither 'prefix' nor 'location'") }
    if location.isEmpty, !prefix.hasPrefix("*.") {
      throw item.mistake("a registry needs a 'location', unless its 'prefix' begins with '*.'")
    }
    if prefix.hasPrefix("*."), prefix.contains(where: { "/@:".contains($0) }) {
      throw item.mistake("a 'prefix' with '*.' is followed by a host and nothing else, as in *.example.com")
    }
    if mirrorsDigestsOnly, let mirror = mirrors.first(where: { $0.isUseGiven }) {
      throw item.mistake(
        "'mirror-by-digest-only' cannot be combined with 'pull-from-mirror', which '\(mirror.location)' has")
    }
  }
}

extension RegistriesConf.Mirror {
  fileprivate init(_ item: TOMLNode) throws(DocumentError) {
    self.init("")
    for (key, value) in try item.pairs() {
      switch key.lowercased() {
      case "location":
        hasSlash = (try value.text()).hasSuffix("/")
        location = try value.location()
      case "insecure": isInsecure = try value.flag()
      case "pull-from-mirror":
        let word = try value.text()
        guard let use = word.isEmpty ? .all : Use(rawValue: word) else {
          throw value.mistake(
            "'pull-from-mirror' must be one of \(Use.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.use = use
        isUseGiven = !word.isEmpty
      default: break
      }
    }
    if location.isEmpty { throw item.mistake("a mirror has no 'location'") }
  }
}

extension TOMLNode {
  /// Without slashes at its end.
  fileprivate func location() throws(DocumentError) -> String {
    var text = try self.text()
    while text.hasSuffix("/") { text.removeLast() }
    for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
      throw mistake("'\(text.cleaned.shortened(to: 100))' has a scheme: only host[:port][/path] is expected here")
    }
    return text
  }

  fileprivate func checkSearch() throws(DocumentError) {
    let name = try location()
    if name.isEmpty || name.contains("/") || (try? ImageReference("\(name)/x")) == nil {
      throw mistake("'\(name.cleaned.shortened(to: 100))' is not a host[:port]")
    }
  }

  fileprivate func checkShortNameMode() throws(DocumentError) {
    let modes = ["", "disabled", "enforcing", "permissive"]
    if !modes.contains(try text()) { throw mistake("'short-name-mode' must be disabled, enforcing or permissive") }
  }

  fileprivate func checkAlias(of name: String) throws(DocumentError) {
    let value = try text()
    func fault(_ what: String) -> DocumentError { mistake("the alias '\(name.cleaned.shortened(to: 100))' \(what)") }
    guard let short = try? ImageReference(name), short.tag == nil, short.digest == nil, !name.namesRegistry else {
      throw fault("is not a name without registry, tag and digest")
    }
    if value.isEmpty { return }
    guard let full = try? ImageReference(value), full.tag == nil, full.digest == nil, value.namesRegistry else {
      throw fault("does not stand for a name with a registry and without tag and digest")
    }
  }

  /// What the format before says: lists of registries that are insecure, and that are blocked.
  fileprivate func formerRules(
    file: String
  ) throws(DocumentError) -> (rules: [(rule: RegistriesConf.Rule, line: Int)], isThere: Bool) {
    var rules: [(rule: RegistriesConf.Rule, line: Int)] = []
    var isThere = false
    for (kind, section) in try pairs() {
      for (key, list) in try section.pairs() where key.lowercased() == "registries" {
        for item in try list.list() {
          isThere = true
          let name = try item.location()
          if kind.lowercased() == "search" {
            try item.checkSearch()
            continue
          }
          let index = rules.firstIndex { $0.rule.prefix == name } ?? rules.endIndex
          if index == rules.endIndex {
            rules.append((RegistriesConf.Rule(prefix: name, location: name, file: file), item.line))
          }
          if kind.lowercased() == "insecure" { rules[index].rule.isInsecure = true }
          if kind.lowercased() == "block" { rules[index].rule.isBlocked = true }
        }
      }
    }
    return (rules, isThere)
  }
}

extension String {
  /// Whether what stands before the first slash is a registry.
  fileprivate var namesRegistry: Bool {
    let host = prefix { $0 != "/" }
    return contains("/") && (host == "localhost" || host.contains(".") || host.contains(":"))
  }
}
