import Support

/// The variables of a compose file: `$X`, `${X}` and `$$`, with `:-`, `-`, `:?`, `?`, `:+` and `+` as
/// https://docs.docker.com/reference/compose-file/interpolation/ has them.
///
/// Compose takes nothing for a variable that nothing sets. Here it is a fault: the file `.env`, which may set it, is not
/// read.
enum ComposeVariables {
  /// Braces within braces: defaults of defaults.
  private static let deepest = 8

  static func expand(_ text: String, _ environment: [String: String]) throws(VariableFault) -> String {
    try expand(text[...], environment, depth: 0)
  }

  private static func expand(
    _ text: Substring, _ environment: [String: String], depth: Int
  ) throws(VariableFault) -> String {
    if depth > deepest { throw VariableFault(reason: "variables are nested too deeply") }
    return try text.expandingDollars { dollar throws(VariableFault) in
      switch dollar {
      case .name(let name): try set(name, environment)
      case .braces(let inner): try value(inner, environment, depth)
      case .open: throw VariableFault(reason: "a variable's '${' needs a '}'")
      }
    }
  }

  private static func value(
    _ text: Substring, _ environment: [String: String], _ depth: Int
  ) throws(VariableFault) -> String {
    let name = text.leadingVariable
    var rest = text[name.endIndex...]
    if name.isEmpty { throw VariableFault(reason: "'${' needs the name of a variable") }
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
      let words = other.isEmpty ? "" : " ('\(String(other).cleaned.shortened(to: 200))')"
      throw VariableFault(
        reason:
          "the variable \(String(name).shortened(to: 100)) must be set\(countsEmpty ? "" : " and not empty")\(words); \(advice)"
      )
    default:
      throw VariableFault(
        reason: "'${\(String(text).cleaned.shortened(to: 60))}' is not a variable in compose's syntax")
    }
  }

  private static func set(
    _ name: Substring, _ environment: [String: String]
  ) throws(VariableFault) -> String {
    guard let value = environment[String(name)] else { throw VariableFault.isNotSet(name, advice) }
    return value
  }

  private static let advice = "set it for the import, or import the output of `docker compose config`"
}
