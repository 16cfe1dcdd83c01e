import Support

/// The variables of a compose file: `$X`, `${X}` and `$$`, with `:-`, `-`, `:?`, `?`, `:+` and `+` as
/// https://docs.docker.com/reference/compose-file/interpolation/ has them.
enum ComposeVariables {
  /// A sentence without what any variable holds.
  struct Fault: Error {
    let reason: String
  }

  /// Braces within braces: defaults of defaults.
  private static let deepest = 8

  static func expand(_ text: String, _ environment: [String: String]) throws(Fault) -> String {
    try expand(text[...], environment, depth: 0)
  }

  private static func expand(
    _ text: Substring, _ environment: [String: String], depth: Int
  ) throws(Fault) -> String {
    if depth > deepest { throw Fault(reason: "variables are nested too deeply") }
    var result = ""
    var rest = text
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{" {
        guard let end = closing(rest) else { throw Fault(reason: "a variable's '${' needs its '}'") }
        let inner = rest[rest.index(after: rest.startIndex)..<end]
        result += try value(inner, environment, depth)
        rest = rest[rest.index(after: end)...]
      } else {
        let name = rest.prefix(while: isOfName)
        if name.isEmpty { throw Fault(reason: "'$' begins no variable; write '$$' for the sign") }
        result += try set(name, environment)
        rest = rest[name.endIndex...]
      }
    }
    return result + rest
  }

  private static func isOfName(_ character: Character) -> Bool {
    character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
  }

  /// The brace that closes the one at the beginning.
  private static func closing(_ text: Substring) -> Substring.Index? {
    var depth = 0
    for index in text.indices {
      if text[index] == "{" { depth += 1 }
      if text[index] == "}" {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }

  private static func value(
    _ text: Substring, _ environment: [String: String], _ depth: Int
  ) throws(Fault) -> String {
    let name = text.prefix(while: isOfName)
    var rest = text[name.endIndex...]
    if name.isEmpty { throw Fault(reason: "'${' needs the name of a variable") }
    if rest.isEmpty { return try set(name, environment) }
    // With a colon an empty one counts as none.
    let countsEmpty = rest.first != ":"
    if !countsEmpty { rest = rest.dropFirst() }
    let known = environment[String(name)].flatMap { $0.isEmpty && !countsEmpty ? nil : $0 }
    let other = rest.dropFirst()
    switch rest.first {
    case "-":
      if let known { return known }
      return try expand(other, environment, depth: depth + 1)
    case "+": return known == nil ? "" : try expand(other, environment, depth: depth + 1)
    case "?":
      if let known { return known }
      return try set(name, [:])
    default:
      throw Fault(reason: "'${\(String(text).cleaned.shortened(to: 60))}' is no variable as compose has them")
    }
  }

  private static func set(_ name: Substring, _ environment: [String: String]) throws(Fault) -> String {
    guard let value = environment[String(name)] else {
      throw Fault(
        reason:
          "the variable \(String(name).shortened(to: 100)) is not set; set it for the import, or import what `docker compose config` writes"
      )
    }
    return value
  }
}
