import Support

/// Which images are meant: those for an operating system and an architecture, and where that is said for a variant of it
/// and a version of the system.
///
/// As people write platforms for Docker, containerd and regclient: `linux/amd64`, `linux/arm/v7`; the version of a system
/// as `windows/amd64:10.0.20348` or `windows(10.0.20348)/amd64`. Names that mean the same become one:
/// https://pkg.go.dev/github.com/containerd/platforms#hdr-Normalization.
public struct PlatformName: Sendable, Hashable, CustomStringConvertible {
  public let os: String
  public let architecture: String
  /// nil for that which nobody names: `v8` of `arm64`, `v1` of `amd64`.
  public let variant: String?
  /// nil for all of them.
  public let osVersion: String?

  /// Bytes; no platform has so long a name.
  public static let longest = 200

  /// Reads a platform.
  ///
  /// - Throws: `PlatformFault` for what names no system and architecture.
  public init(_ text: String) throws(PlatformFault) {
    let fault = PlatformFault(text)
    guard text.utf8.count <= Self.longest else { throw fault }
    var rest = text[...]
    var version: Substring?
    if let colon = rest.firstIndex(of: ":") {
      version = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
    }
    var parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count else { throw fault }
    if parts[0].last == ")", let open = parts[0].firstIndex(of: "("), version == nil {
      version = parts[0][parts[0].index(after: open)...].dropLast()
      parts[0] = parts[0][..<open]
    }
    guard (parts + (version.map { [$0] } ?? [])).allSatisfy(Self.isWord) else { throw fault }
    self.init(
      os: String(parts[0]), architecture: String(parts[1]), variant: parts.count > 2 ? String(parts[2]) : nil,
      osVersion: version.map(String.init))
  }

  private static func isWord(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
  }

  /// What an index or a configuration says of an image.
  public init(_ platform: Manifest.Platform) {
    self.init(
      os: platform.os, architecture: platform.architecture, variant: platform.variant, osVersion: platform.osVersion)
  }

  private init(os: String, architecture: String, variant: String?, osVersion: String?) {
    let os = os.lowercased()
    self.os = os == "macos" ? "darwin" : os
    (self.architecture, self.variant) = Self.normal(architecture.lowercased(), variant?.lowercased() ?? "")
    self.osVersion = osVersion.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func normal(_ architecture: String, _ variant: String) -> (String, String?) {
    switch (architecture, variant) {
    case ("i386", _): ("386", nil)
    case ("x86_64", "v1"), ("x86-64", "v1"), ("amd64", "v1"): ("amd64", nil)
    case ("x86_64", _), ("x86-64", _): ("amd64", variant.isEmpty ? nil : variant)
    case ("aarch64", "8"), ("aarch64", "v8"), ("arm64", "8"), ("arm64", "v8"): ("arm64", nil)
    case ("aarch64", _): ("arm64", variant.isEmpty ? nil : variant)
    case ("armhf", _): ("arm", "v7")
    case ("armel", _): ("arm", "v6")
    case ("arm", ""): ("arm", "v7")
    case ("arm", "5"), ("arm", "6"), ("arm", "7"), ("arm", "8"): ("arm", "v\(variant)")
    default: (architecture, variant.isEmpty ? nil : variant)
    }
  }

  /// Whether an image is for it: of a version of a system so named also one with a further number, as indexes of Windows
  /// name each month's.
  public func matches(_ platform: Manifest.Platform) -> Bool { matches(PlatformName(platform)) }

  public func matches(_ other: PlatformName) -> Bool {
    guard os == other.os, architecture == other.architecture, variant == other.variant else { return false }
    guard let osVersion else { return true }
    return other.osVersion.map { $0 == osVersion || $0.hasPrefix(osVersion + ".") } ?? false
  }

  /// `linux/arm/v7`, `windows/amd64:10.0.20348`
  public var description: String {
    ([os, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/") + (osVersion.map { ":\($0)" } ?? "")
  }
}

/// A text that names no platform, as a sentence.
public struct PlatformFault: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ text: String) {
    description =
      "'\(text.cleaned.shortened(to: 60))' is not a platform; use for example linux/amd64, linux/arm/v7 or windows/amd64:10.0.20348"
  }
}
