import Support

/// What an image is named for.
public enum ImageUse: Sendable, Hashable {
  /// To be read: `registries.conf` may lead elsewhere.
  case pull
  /// To be written, where it is named.
  case push
}

/// Where an image is looked for in truth.
public struct ImageLocation: Sendable, Hashable {
  public let reference: ImageReference
  /// TLS without a known certificate, and plain HTTP, are good enough there by the machine's `registries.conf`.
  public let isInsecure: Bool
  /// The file that blocks it.
  public let blockedBy: String?

  public init(_ reference: ImageReference, isInsecure: Bool = false, blockedBy: String? = nil) {
    self.reference = reference
    self.isInsecure = isInsecure
    self.blockedBy = blockedBy
  }
}

extension RegistriesConf {
  /// Where an image is looked for, in skopeo's order: its mirrors, then its own location.
  ///
  /// - Throws: where a name that is led elsewhere is none.
  public func locations(of reference: ImageReference, for use: ImageUse) throws(MachineFileFault) -> [ImageLocation] {
    guard !rules.isEmpty else { return [ImageLocation(reference)] }
    let rule = rule(for: reference.name)
    if use == .push {
      return [ImageLocation(reference, isInsecure: rule?.isInsecure ?? false, blockedBy: rule?.blocks)]
    }
    guard let rule else { return [ImageLocation(reference)] }
    let isByDigest = reference.digest != nil
    let mirrors = rule.mirrors.filter { mirror in
      if rule.mirrorsDigestsOnly { return isByDigest }
      return mirror.use == .all || isByDigest == (mirror.use == .digests)
    }
    var locations: [ImageLocation] = []
    for (location, isInsecure) in mirrors.map({ ($0.location, $0.isInsecure) }) + [(rule.location, rule.isInsecure)] {
      let location = try rule.leading(reference, to: location)
      locations.append(
        ImageLocation(location, isInsecure: isInsecure, blockedBy: self.rule(for: location.name)?.blocks))
    }
    return locations
  }

  /// The one with the longest prefix.
  func rule(for name: String) -> Rule? {
    rules.values.filter { $0.length(in: name) != nil }
      .max { ($0.prefix.utf8.count, $1.prefix) < ($1.prefix.utf8.count, $0.prefix) }
  }
}

extension RegistriesConf.Rule {
  fileprivate var blocks: String? { isBlocked ? file : nil }

  /// How many bytes of a name the prefix stands for; nil where the name does not begin with it.
  fileprivate func length(in name: String) -> Int? {
    var end = prefix.utf8.count
    if prefix.hasPrefix("*.") {
      let suffix = Array(prefix.utf8.dropFirst())
      // The first that fits, wherever it is, but behind no slash.
      guard let start = Array(name.utf8.prefix { $0 != UInt8(ascii: "/") }).firstRange(of: suffix)?.lowerBound else {
        return nil
      }
      end = start + suffix.count
    } else if !name.utf8.starts(with: prefix.utf8) {
      return nil
    }
    // A port may follow a name without one, which the manual calls unintended.
    guard let next = name.utf8.dropFirst(end).first else { return end }
    return ":/@".utf8.contains(next) ? end : nil
  }

  fileprivate func leading(
    _ reference: ImageReference, to location: String
  ) throws(MachineFileFault) -> ImageReference {
    guard !location.isEmpty, let length = length(in: reference.name) else { return reference }
    let text = location + String(decoding: reference.description.utf8.dropFirst(length), as: UTF8.self)
    guard let location = try? ImageReference(text), location.description.lowercased() == text.lowercased() else {
      throw MachineFileFault(
        "\(file) redirects \(reference.familiar) to \(text), which is not the full name of an image")
    }
    return location
  }
}
