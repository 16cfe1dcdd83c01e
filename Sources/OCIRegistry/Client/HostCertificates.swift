import Glibc
public import HTTP
import Support

/// The certificates of one registry in a `certs.d` folder, as containers and docker keep them: authorities in `*.crt`,
/// trusted beside the system's, and what to show of oneself in `NAME.cert` with its `NAME.key`.
///
/// https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
public struct HostCertificates: Sendable, Equatable {
  public let folder: String
  public let authorities: [String]
  public let client: HTTPRequest.ClientCertificate?
  /// Why what is there cannot be used.
  public let fault: String?

  /// The folders that hold one folder for each registry, the first that has one counts: those of skopeo.
  public static func roots(home: String?) -> [String] {
    [home.map { "\($0)/.config/containers/certs.d" }, "/etc/containers/certs.d", "/etc/docker/certs.d"].compactMap(
      \.self)
  }

  /// - Parameter registry: `host` or `host:port`.
  /// - Returns: nil where no folder is the registry's.
  public static func find(_ registry: String, in roots: [String]) -> HostCertificates? {
    guard !registry.contains("/"), !registry.hasPrefix(".") else { return nil }
    return roots.lazy.map { "\($0)/\(registry)" }.first { FileStamp($0) != nil }.map(HostCertificates.init)
  }

  init(folder: String) {
    self.folder = folder
    let names = Self.names(in: folder)
    authorities = names.filter { $0.hasSuffix(".crt") }.map { "\(folder)/\($0)" }
    let all = Set(names)
    let pairs = names.filter { $0.hasSuffix(".cert") }.map { ($0, $0.dropLast(5) + ".key") }
    let strayKey = names.first { $0.hasSuffix(".key") && !all.contains("\($0.dropLast(4)).cert") }
    client = pairs.first { all.contains("\($0.1)") }
      .map { HTTPRequest.ClientCertificate(file: "\(folder)/\($0.0)", keyFile: "\(folder)/\($0.1)") }
    if access(folder, R_OK | X_OK) != 0 {
      fault = "\(SystemError("read \(folder)"))"
    } else if let pair = pairs.first(where: { !all.contains("\($0.1)") }) {
      fault = "\(folder)/\(pair.0) has no matching \(pair.1); CA certificates end in .crt"
    } else {
      fault = strayKey.map { "\(folder)/\($0) has no matching \($0.dropLast(4)).cert" }
    }
  }

  /// Sorted; at most some hundred.
  private static func names(in folder: String) -> [String] {
    guard let open = opendir(folder) else { return [] }
    defer { closedir(open) }
    var names: [String] = []
    while names.count < 500, let entry = readdir(open) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.sorted()
  }
}
