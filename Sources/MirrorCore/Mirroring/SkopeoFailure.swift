import Support

/// Why skopeo gave up, gathered from the lines of its log: `time="…" level=fatal msg="…"`.
struct SkopeoFailure: Sendable, Equatable {
  private var last: String?
  private var refusedIndex: String?

  /// What skopeo gives as the reason; nil where it gave none.
  var reason: String? {
    // Where digests are to be kept, containers/image answers the refusal of an index with its own inability to try
    // another form, and hides the registry's words.
    if let refusedIndex, let last, last.contains("but we cannot modify it") { return refusedIndex }
    return last
  }

  /// - Returns: whether the line is for people, not for debugging.
  mutating func note(_ line: String) -> Bool {
    // Hundreds of lines a copy: most are only to be seen not to matter.
    guard line.utf8.starts(with: "time=".utf8), line.hasBytes(of: "level=debug") else {
      if line.hasBytes(of: "level=fatal") { last = Self.message(in: line) ?? last }
      return true
    }
    if line.hasBytes(of: "Upload of manifest list type"), let message = Self.message(in: line),
      let words = message.firstRange(of: " failed: ")
    {
      refusedIndex = String(message[words.upperBound...])
    }
    return false
  }

  static func message(in line: String) -> String? {
    guard let start = line.firstRange(of: "msg=\"") else { return nil }
    var message = ""
    var escaped = false
    for character in line[start.upperBound...] {
      if escaped {
        message.append(character == "n" ? " " : character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        break
      } else {
        message.append(character)
      }
    }
    return message
  }
}
