import Support

/// The templates of regsync's file, of which `{{env "X"}}` alone is worked out:
/// https://pkg.go.dev/text/template, with the functions of https://regclient.org/usage/regsync.
enum RegsyncTemplate {
  static func expand(_ text: String, _ environment: [String: String]) throws(VariableFault) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      result += rest[..<open.lowerBound]
      rest = rest[open.upperBound...]
      guard let close = rest.firstRange(of: "}}") else {
        throw VariableFault(reason: "a template's '{{' needs a '}}'")
      }
      guard let name = variable(rest[..<close.lowerBound]) else {
        throw VariableFault(
          reason: "the only supported template is {{env \"NAME\"}}; write the value of this one")
      }
      guard let value = environment[name], !value.isEmpty else {
        throw .isNotSet(name, "set it for the import, as regsync has it")
      }
      result += value
      rest = rest[close.upperBound...]
    }
    return result + rest
  }

  /// X of `env "X"` or `env `X``.
  private static func variable(_ action: Substring) -> String? {
    let words = action.split(separator: " ")
    guard words.count == 2, words[0] == "env", let quote = words[1].first, "\"`".contains(quote), words[1].count > 2,
      words[1].last == quote
    else { return nil }
    let name = words[1].dropFirst().dropLast()
    return name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") } ? String(name) : nil
  }
}
