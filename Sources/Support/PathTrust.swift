public import Glibc

/// Why what stands at a path cannot be trusted: others could change it, or put something else in its place.
public struct PathFault: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Reason: Sendable, Equatable {
    /// It is this user's.
    case owner(uid_t)
    /// Its group, or everybody, may write it.
    case writable(mode: mode_t)
    /// It is not what it should be.
    case kind(shouldBe: String)
    case links
  }

  public let path: String
  public let reason: Reason

  public init(_ path: String, _ reason: Reason) {
    self.path = path
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .owner(let owner): "\(path) belongs to \(userName(owner))"
    case .writable(let mode):
      "\(path) is writable by \(mode & S_IWOTH != 0 ? "everybody" : "its group") (mode \(String(mode & 0o7777, radix: 8)))"
    case .kind(let shouldBe): "\(path) is not a \(shouldBe)"
    case .links: "\(path) has too many links"
    }
  }

  /// What to do, in the imperative and without a full stop.
  public var advice: String {
    switch reason {
    case .owner(let owner):
      "run as that user, as with `sudo -u \(ShellWords.quote(userName(owner)))`, or name another one"
    case .writable: "check that nobody changed what is there, then `chmod go-w \(ShellWords.quote(path))`"
    case .kind, .links: "check who put it there, and remove it"
    }
  }
}

/// Who may change what stands at a path, as sshd judges keys with StrictModes: it and every folder above must be the
/// user's or root's, and nobody else may write them. In a folder such as /tmp, with its sticky bit, others cannot touch
/// what is not theirs, so it may stand above.
public enum PathTrust {
  /// The first thing on the way to a path that others may change; nil where none is, or what is missing begins.
  ///
  /// - Parameters:
  ///   - path: an absolute one. Links in it are followed, and judged like what they lead through.
  ///   - user: who works with it.
  ///   - owner: whose it must be itself; nil where it is only a folder above what will be made in it.
  public static func fault(at path: String, user: uid_t = geteuid(), owner: uid_t?) -> PathFault? {
    var trusted: Set<uid_t> = [0, user]
    if let owner { trusted.insert(owner) }
    var (place, waiting, links) = ("", path.split(separator: "/").reversed().map(String.init), 0)
    if let fault = above("/", trusted) { return fault }
    while let part = waiting.popLast() {
      if part == "." { continue }
      if part == ".." {
        place = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
        continue
      }
      let next = place + "/" + part
      var status = stat()
      guard lstat(next, &status) == 0 else { return nil }
      if status.st_mode & S_IFMT == S_IFLNK {
        links += 1
        guard trusted.contains(status.st_uid) else { return PathFault(next, .owner(status.st_uid)) }
        guard links <= 40, let target = target(of: next) else { return PathFault(path, .links) }
        if target.hasPrefix("/") { place = "" }
        waiting += target.split(separator: "/").reversed().map(String.init)
        continue
      }
      if let fault = above(next, trusted) { return fault }
      place = next
    }
    guard let owner else { return nil }
    var status = stat()
    guard lstat(place.isEmpty ? "/" : place, &status) == 0 else { return nil }
    return itself(place, status, owner: owner)
  }

  /// What must be its owner's alone to change.
  static func itself(_ path: String, _ status: stat, owner: uid_t) -> PathFault? {
    if status.st_uid != owner { return PathFault(path, .owner(status.st_uid)) }
    return isWritable(status) ? PathFault(path, .writable(mode: status.st_mode)) : nil
  }

  private static func above(_ path: String, _ trusted: Set<uid_t>) -> PathFault? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    guard trusted.contains(status.st_uid) else { return PathFault(path, .owner(status.st_uid)) }
    let isSticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
    return isWritable(status) && !isSticky ? PathFault(path, .writable(mode: status.st_mode)) : nil
  }

  private static func isWritable(_ status: stat) -> Bool { status.st_mode & (S_IWGRP | S_IWOTH) != 0 }

  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &bytes, bytes.count)
    guard count > 0, count < bytes.count else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// A user's name, or the number where it has none.
private func userName(_ user: uid_t) -> String {
  var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
  var buffer = [CChar](repeating: 0, count: 16384)
  guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
    return "#\(user)"
  }
  return String(cString: name)
}
