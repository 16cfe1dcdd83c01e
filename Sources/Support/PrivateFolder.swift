import Glibc

/// A folder of this user alone (mode 0700) for what nobody else may see and what goes soon.
public struct PrivateFolder: Sendable {
  public let path: String

  /// - Parameters:
  ///   - parent: an absolute path, in which others must not be able to put anything else in the folder's place.
  ///   - purpose: the start of its name.
  /// - Throws: `PathFault` or `SystemError`.
  public init(in parent: String, for purpose: String) throws {
    if let fault = PathTrust.fault(at: parent, owner: nil) { throw fault }
    var template = Array("\(parent)/ecrmirror-\(purpose)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("create a private folder in \(parent)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o700)
  }

  /// Removes it with all that is in it.
  public func remove() {
    guard let slash = path.lastIndex(of: "/"), let name = FileName(path[path.index(after: slash)...]) else { return }
    var parent = path[..<slash]
    if parent.isEmpty { parent = "/" }
    // The parent may be reached by a link.
    guard let real = realpath(String(parent), nil) else { return }
    defer { free(real) }
    try? OpenFolder(String(cString: real)).remove(name, ownedBy: geteuid())
  }
}
