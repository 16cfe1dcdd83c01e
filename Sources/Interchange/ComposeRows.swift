import Documents
import MirrorCore
import Support

/// The images of the services in a compose file: https://github.com/compose-spec/compose-spec. It names no destinations.
struct ComposeRows {
  private let target: ImageTarget
  private let environment: [String: String]
  private var services: [String: DocumentNode] = [:]
  private var found = ImportedRows()

  /// Services that extend one another, in a row.
  private static let deepest = 32

  /// - Parameter environment: the variables that it may name.
  static func read(
    _ root: DocumentNode, to target: ImageTarget, environment: [String: String]
  ) throws(DocumentError) -> ImportedRows {
    var rows = ComposeRows(target: target, environment: environment)
    for (key, value) in try root.pairs() {
      switch key {
      case "include" where !value.isEmpty:
        throw value.mistake(
          "other files are not read; import the output of `docker compose config`, which includes them")
      case "services":
        let services = try value.pairs()
        for (name, service) in services { rows.services[name] = service }
        for (name, service) in services {
          do throws(DocumentError) {
            try rows.read(name, service)
          } catch {
            rows.found.keep(error)
          }
        }
      default: break
      }
    }
    return rows.found
  }

  private init(target: ImageTarget, environment: [String: String]) {
    self.target = target
    self.environment = environment
  }

  private mutating func read(_ name: String, _ service: DocumentNode) throws(DocumentError) {
    for volume in try Self.place("volumes", of: service)?.list() ?? [] { try readVolume(volume) }
    let chain = try chain(of: service)
    func first(_ key: String) throws(DocumentError) -> DocumentNode? {
      for service in chain.services {
        if let place = try Self.place(key, of: service) { return place }
      }
      return nil
    }
    if try first("build") != nil {
      return found.note("'\(name)' is skipped: its image is built from a folder", line: service.keyLine)
    }
    if let image = try Self.place("image", of: service) { return try add(image) }
    // Then the service that has it gives it a row.
    if try first("image") != nil { return }
    if let elsewhere = chain.elsewhere {
      throw elsewhere.mistake(
        "the image of '\(name.cleaned)' is in another file; import the output of `docker compose config`, which includes it"
      )
    }
    found.note("'\(name)' names no image", line: service.keyLine)
  }

  private static func place(_ key: String, of service: DocumentNode) throws(DocumentError) -> DocumentNode? {
    try service.pairs().first { $0.key == key && !$0.value.isEmpty }?.value
  }

  /// A service and those that it extends, the nearest first: what one says goes before what those behind it do.
  ///
  /// - Returns: and where it extends one of another file, the place that says so.
  private func chain(
    of service: DocumentNode
  ) throws(DocumentError) -> (services: [DocumentNode], elsewhere: DocumentNode?) {
    var services = [service]
    while let last = services.last, let extended = try Self.place("extends", of: last) {
      var name = try? extended.text()
      if name == nil {
        if try Self.place("file", of: extended) != nil { return (services, extended) }
        name = try Self.place("service", of: extended)?.text()
      }
      guard let base = name.flatMap({ self.services[$0] }) else {
        throw extended.mistake("the service to extend is not in this file")
      }
      if services.count == Self.deepest { throw extended.mistake("services extend each other in a loop") }
      services.append(base)
    }
    return (services, nil)
  }

  /// Of type `image`, a volume is what an image holds.
  private mutating func readVolume(_ volume: DocumentNode) throws(DocumentError) {
    guard (try? volume.text()) == nil, try Self.place("type", of: volume)?.text() == "image",
      let source = try Self.place("source", of: volume)
    else { return }
    try add(source)
  }

  private mutating func add(_ image: DocumentNode) throws(DocumentError) {
    let environment = environment
    let text = try image.text { text throws(VariableFault) in try ComposeVariables.expand(text, environment) }
    found.add(NamedImage(text: text, line: image.line), to: target, usual: .path)
  }
}
