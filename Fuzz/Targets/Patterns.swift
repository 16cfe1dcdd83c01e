import Glibc
import Support

extension FuzzTarget {
  /// A pattern of a tag rule, and after a line end a tag.
  static let globs = FuzzTarget("globs", longest: 512) { bytes throws(Broken) in
    let parts = bytes.parts(between: [0x0a], atMost: 2).map { String(decoding: $0, as: UTF8.self) }
    guard let glob = Glob(parts[0]) else { return }
    let tag = parts.count > 1 ? parts[1] : ""
    let found = glob.matches(tag)
    try readsBack(glob, tag)
    // The C library's word counts where both mean the same by a character, and a set holds no escape.
    guard (parts[0] + tag).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      !glob.regex.contains("[") || !glob.regex.contains("\\"), let expected = posix("^\(glob.regex)$", tag)
    else { return }
    try hold(
      found == expected, "\(parts[0]) \(found ? "matches" : "does not match") \(tag), and \(glob.regex) otherwise")
  }

  /// A regular expression of another program's file, and after a line end a tag.
  static let regexes = FuzzTarget("regexes", longest: 256) { bytes throws(Broken) in
    let parts = bytes.parts(between: [0x0a], atMost: 2).map { String(decoding: $0, as: UTF8.self) }
    let globs: [Glob]
    do throws(Glob.RegexError) {
      globs = try Glob.patterns(regex: parts[0])
    } catch {
      return try holdReadable(error.reason, within: 100)
    }
    try hold(globs.count <= 64, "\(globs.count) patterns")
    for glob in globs { try readsBack(glob, parts.last ?? "") }
    // The C library's word counts where it means the same: it knows no classes such as \d, and nothing lazy.
    let others = ["\\", "(?", "??", "*?", "+?", "}?", "[.", "[=", "[:"]
    guard parts.count > 1, parts[1].utf8.count <= 16, !others.contains(where: parts[0].contains),
      bytes.allSatisfy({ $0 == 0x0a || $0 > 0x20 && $0 < 0x7f }), let expected = posix(parts[0], parts[1])
    else { return }
    let found = globs.contains { $0.matches(parts[1]) }
    try hold(
      found == expected, "\(parts[0]) \(expected ? "finds" : "does not find") \(parts[1]), and \(globs) otherwise")
  }

  /// A set's members may come back in another order.
  private static func readsBack(_ glob: Glob, _ tag: String) throws(Broken) {
    let (text, again) = (glob.description, Glob(glob.description))
    try hold(again?.description == text, "\(text.debugDescription) reads back otherwise")
    try hold(again?.matches(tag) == glob.matches(tag), "\(text.debugDescription) reads back as another pattern")
  }

  /// - Returns: nil for what is no extended regular expression.
  private static func posix(_ regex: String, _ text: String) -> Bool? {
    var compiled = regex_t()
    guard regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
    defer { regfree(&compiled) }
    return regexec(&compiled, text, 0, nil, 0) == 0
  }
}
