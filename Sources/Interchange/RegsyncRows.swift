import Documents
import MirrorCore
import OCIRegistry
import Support

/// Mirrors as regsync's configuration file, version 1: https://regclient.org/usage/regsync.
struct RegsyncRows {
  private var found = ImportedRows()
  /// Of `defaults`: what entries take where they say nothing.
  private var referrers = false
  private let environment: [String: String]

  /// - Throws: `DocumentError` for a mistake, and for what a row cannot say and a mirror would miss.
  ///
  /// - Parameter environment: what `{{env "X"}}` means.
  static func read(_ root: DocumentNode, environment: [String: String] = [:]) throws(DocumentError) -> ImportedRows {
    var rows = RegsyncRows(environment: environment)
    try rows.read(root)
    return rows.found
  }

  private init(environment: [String: String]) {
    self.environment = environment
  }

  private mutating func read(_ root: DocumentNode) throws(DocumentError) {
    let sections = try root.pairs()
    // Entries depend on the defaults, wherever those stand.
    for (key, value) in sections where key == "defaults" { try readDefaults(value) }
    for (key, value) in sections {
      switch key {
      case "defaults": break
      case "version":
        guard try value.text() == "1" else { throw value.mistake("only version 1 of regsync's format is supported") }
      case "creds": try readSignIns(value)
      case "sync":
        for entry in try value.items() {
          do throws(DocumentError) {
            try readEntry(entry)
          } catch {
            found.keep(error)
          }
        }
      case _ where key.hasPrefix("x-"): break
      default: throw value.unknown(key, known: ["creds", "defaults", "sync", "version", "x-…"])
      }
    }
  }

  private mutating func readDefaults(_ section: DocumentNode) throws(DocumentError) {
    for (key, value) in try section.pairs() {
      switch key {
      case "referrers": referrers = try value.flag()
      default: try readHabit(key, value)
      }
    }
  }

  /// What stands in defaults and in entries, and no row says.
  private mutating func readHabit(_ key: String, _ value: DocumentNode) throws(DocumentError) {
    if value.isEmpty || key.hasPrefix("x-") { return }
    switch key {
    case "interval", "schedule":
      note(key, value, "is skipped: one timer checks all mirrors, `ecrmirror run --every` or the stack's")
    case "parallel": note(key, value, "is skipped: see worker.parallel in the configuration")
    case "ratelimit": note(key, value, "is skipped: checks cost no pull, and copies wait when a registry asks for it")
    case "userAgent", "skipDockerConfig", "blobLimit", "cacheCount", "cacheTime", "fastCheck", "forceRecursive",
      "includeExternal", "mediaTypes", "referrerSlow":
      note(key, value, "is skipped: it is not needed here")
    case "digestTags":
      if try value.flag() {
        note(key, value, "is skipped: tags that belong to a digest are copied if a rule selects them")
      }
    case "backup":
      throw value.mistake("replaced images are not backed up; remove 'backup' to import without")
    case "hooks": throw value.mistake("hooks are not supported; remove 'hooks' to import without")
    case "referrerFilters", "referrerSource", "referrerTarget":
      throw value.mistake("referrers cannot be filtered; remove '\(key)' to import without")
    default:
      throw value.unknown(
        key, known: ["source", "target", "type", "tags", "tagSets", "platform", "platforms", "referrers"])
    }
  }

  private mutating func note(_ key: String, _ place: DocumentNode, _ what: String) {
    found.note("'\(key)' \(what)", line: place.keyLine)
  }

  /// What is said of a registry: https://pkg.go.dev/github.com/regclient/regclient/config#Host. Secrets are neither taken
  /// nor shown, and what would lead a request elsewhere is a mistake: a row names the registry that is asked.
  private mutating func readSignIns(_ section: DocumentNode) throws(DocumentError) {
    for place in try section.items() {
      let fields = try place.pairs()
      guard let registry = try fields.first(where: { $0.key == "registry" })?.value.text() else {
        throw place.mistake("'registry' is missing")
      }
      for (key, value) in fields where !value.isEmpty && !key.hasPrefix("x-") {
        do throws(DocumentError) {
          try readHost(registry, key, value, line: place.line)
        } catch {
          found.keep(error)
        }
      }
    }
  }

  /// - Parameter line: where the registry's entry begins, of whose lines its sign-in may take several.
  private mutating func readHost(
    _ registry: String, _ key: String, _ value: DocumentNode, line: Int?
  ) throws(DocumentError) {
    switch key {
    case "registry": break
    case "user", "pass", "token", "credHelper", "credExpire", "credHost":
      found.note(signInTo: registry, line: line)
    case "tls": try readTLS(registry, value)
    case "regcert":
      note(
        key, value,
        "of \(registry) is skipped: put the certificate into \(ImportedRows.certificates(of: registry)) as ca.crt")
    case "clientCert", "clientKey":
      note(
        key, value,
        "of \(registry) is skipped, as secrets are never imported: put certificate and key into \(ImportedRows.certificates(of: registry)) as client.cert and client.key"
      )
    case "hostname":
      let host = try value.text()
      if RegistryHost(host) == RegistryHost(registry) { break }
      throw value.mistake(
        "requests for \(registry) would go to '\(host.cleaned.shortened(to: 100))', and a row needs the real registry; write that one in 'source' and 'target', and remove 'hostname'"
      )
    case "pathPrefix":
      throw value.mistake(
        "a row names the whole repository; write the prefix in 'source' and 'target', and remove 'pathPrefix'")
    case "mirrors", "priority":
      note(key, value, "of \(registry) is skipped: images are checked at and copied from \(registry) itself")
    case "reqConcurrent", "reqPerSec":
      note(key, value, "of \(registry) is skipped: see registries.concurrency in the configuration")
    case "repoAuth", "blobChunk", "blobMax", "api", "apiOpts":
      note(key, value, "of \(registry) is skipped: it is not needed here")
    default:
      throw value.unknown(
        key,
        known: [
          "apiOpts", "blobChunk", "blobMax", "clientCert", "clientKey", "credExpire", "credHelper", "credHost",
          "hostname",
          "mirrors", "pass", "pathPrefix", "priority", "regcert", "registry", "repoAuth", "reqConcurrent", "reqPerSec",
          "tls", "token", "user",
        ])
    }
  }

  private mutating func readTLS(_ registry: String, _ value: DocumentNode) throws(DocumentError) {
    switch try value.text() {
    case "enabled": break
    case "disabled":
      if RegistryHost(registry).kind == .loopback { break }
      found.note(
        "\(registry) speaks plain HTTP: name it under registries.insecure in the configuration", line: value.line)
    case "insecure":
      found.note(
        "the certificate of \(registry) must be trusted: put it into \(ImportedRows.certificates(of: registry)) as ca.crt",
        line: value.line)
    default: throw value.mistake("'tls' must be enabled, insecure or disabled")
    }
  }

  private mutating func readEntry(_ place: DocumentNode) throws(DocumentError) {
    var (source, target, type): (DocumentNode?, DocumentNode?, DocumentNode?)
    var tagSets: [DocumentNode] = []
    var platforms: PlatformSelection?
    var referrers = referrers
    for (key, value) in try place.pairs() {
      switch key {
      case "source": source = value
      case "target": target = value
      case "type": type = value
      case "tags": if !value.isEmpty { tagSets.append(value) }
      case "tagSets": tagSets += try value.items()
      case "platform" where !value.isEmpty:
        platforms = try RegsyncPlatforms.read([value], isSparse: false)
        note(key, value, "is mirrored with an index of its own, where regsync copies its image alone")
      case "platforms" where !value.isEmpty:
        platforms = try RegsyncPlatforms.read(try value.items(), isSparse: true)
      case "platform", "platforms": break
      case "referrers": referrers = try value.flag()
      case "repos" where !value.isEmpty: throw value.mistake(Self.wholeRegistry)
      default: try readHabit(key, value)
      }
    }
    if referrers { found.note("'referrers' is kept with the row, but referrers are not copied", line: place.line) }
    guard let source, let target else { throw place.mistake("an entry needs 'source', 'target' and 'type'") }
    var entry = MirrorEntry(source: try reference(source), destinations: [try reference(target)])
    switch try type?.text() {
    case "image": try complete(&entry, source, target)
    case "repository":
      entry.tags = try RegsyncTags.rule(tagSets)
    case "registry": throw type?.mistake(Self.wholeRegistry) ?? place.mistake(Self.wholeRegistry)
    default: throw (type ?? place).mistake("'type' must be image, repository or registry")
    }
    entry.select(platforms)
    if referrers { entry.options["referrers"] = .bool(true) }
    try found.add(entry, line: place.line, merging: true)
  }

  private static let wholeRegistry =
    "a row cannot hold a whole registry; list its repositories one by one, with type: repository"

  private func reference(_ place: DocumentNode) throws(DocumentError) -> String {
    let text = try place.text { text throws(VariableFault) in try RegsyncTemplate.expand(text, environment) }
    if text.hasPrefix("ocidir://") || text.hasPrefix("ocifile://") {
      throw place.mistake("'\(text.cleaned.shortened(to: 60))' is a folder; mirrors go from registry to registry")
    }
    return text
  }

  /// Where neither tag nor digest is given, regsync means `latest`: at the destination too, whatever the source's tag.
  private func complete(_ entry: inout MirrorEntry, _ source: DocumentNode, _ target: DocumentNode)
    throws(DocumentError)
  {
    func completed(_ text: String, _ place: DocumentNode) throws(DocumentError) -> String {
      do {
        let reference = try ImageReference(text)
        return reference.tag == nil && reference.digest == nil ? text + ":latest" : text
      } catch {
        throw place.mistake("\(error)")
      }
    }
    entry.source = try completed(entry.source, source)
    entry.destinations = [try completed(entry.destinations[0], target)]
  }
}
