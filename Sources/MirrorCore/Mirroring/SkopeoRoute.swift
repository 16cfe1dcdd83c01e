import OCIRegistry

/// The locations between which skopeo copies, and how it must be told to speak to them.
struct SkopeoRoute: Sendable, Equatable {
  /// Where the source is looked for, in skopeo's order, then the destination.
  let locations: [ImageLocation]
  let arguments: [String]

  /// - Throws: `machine` where the machine's files cannot be used.
  init(_ copy: ImageCopy, _ registries: RegistryClient) throws(RegistryError) {
    let sources = try registries.locations(of: copy.source, for: .pull)
    let destination = try registries.locations(of: copy.destination, for: .push)
    locations = sources + destination
    func isPlain(_ location: ImageLocation) -> Bool {
      registries.configuration.usesPlainHTTP(location.reference.registry)
    }
    func isTrusted(_ location: ImageLocation) -> Bool { !location.isInsecure && !isPlain(location) }
    var arguments: [String] = []
    // Said of one source it counts for all of them, and goes before what `registries.conf` says of each.
    if sources.count == 1 || sources.allSatisfy({ !isTrusted($0) }) || sources.allSatisfy(isTrusted) {
      arguments.append("--src-tls-verify=\(sources.contains(where: isTrusted))")
    }
    arguments.append("--dest-tls-verify=\(destination.contains(where: isTrusted))")
    self.arguments = arguments
  }
}
