extension UInt8 {
  /// Whether a word ends here: blanks, control characters, quotes and angle brackets.
  var endsWord: Bool {
    self <= 0x20 || self == 0x7f || isQuote || self == UInt8(ascii: "<") || self == UInt8(ascii: ">")
  }

  var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`") }

  /// Whether it may stand in the name of a variable, a header or an option.
  var isNamePart: Bool { isAlphanumeric(self) || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }

  var beginsQuery: Bool { self == UInt8(ascii: "?") || self == UInt8(ascii: "#") }

  var opens: Bool { self == UInt8(ascii: "(") || self == UInt8(ascii: "[") || self == UInt8(ascii: "{") }

  fileprivate var closes: Bool {
    switch self {
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "\\"):
      true
    default: false
    }
  }

  fileprivate var lowercase: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}

extension ArraySlice<UInt8> {
  /// Without brackets and the like around it.
  var withoutPunctuation: ArraySlice<UInt8> { drop(while: \.opens).withoutTrailingPunctuation }

  var withoutTrailingPunctuation: ArraySlice<UInt8> {
    self[startIndex..<(lastIndex { !$0.closes }.map { $0 + 1 } ?? startIndex)]
  }

  /// Whether it is an option of a command.
  var isOption: Bool { first == UInt8(ascii: "-") && count > 1 }

  func isWord(_ word: StaticString) -> Bool { count == word.utf8CodeUnitCount && endsWithWord(word) }

  /// Whether it ends with these lower-case letters, in whatever case.
  func endsWithWord(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard count >= length else { return false }
    return word.withUTF8Buffer { word in
      withUnsafeBufferPointer { bytes in
        let start = bytes.count - length
        for index in 0..<length where bytes[start + index].lowercase != word[index] { return false }
        return true
      }
    }
  }

  /// Whether it is one of JSON's words.
  var isLiteral: Bool { ["null", "true", "false"].contains { elementsEqual($0.utf8) } }

  /// Whether this names an authorization scheme: RFC 9110, 11.1.
  var namesScheme: Bool {
    isWord("basic") || isWord("bearer") || isWord("digest") || isWord("negotiate") || isWord("token")
  }

  /// Whether this is what secrets are called: words joined in any way, the last of which says it.
  var namesSecret: Bool {
    // Names are short, and one that is not is no name.
    guard (3...128).contains(count), let last else { return false }
    // Operations of AWS, before what went wrong: `GetRoleCredentials: Status500`.
    if starts(with: "Get".utf8) || starts(with: "Create".utf8) { return false }
    if first?.lowercase == UInt8(ascii: "x"), prefix(6).endsWithWord("x-amz-") {
      return !(endsWithWord("date") || endsWithWord("expires") || endsWithWord("algorithm") || endsWithWord("headers"))
    }
    // By its last letter first: this is asked of every word of every line that is logged.
    switch last.lowercase {
    case UInt8(ascii: "d"): return endsWithWord("password") || endsWithWord("passwd") || isLastWord("pwd")
    case UInt8(ascii: "e"): return endsWithWord("passphrase") || endsWithWord("signature") || endsWithWord("cookie")
    case UInt8(ascii: "g"): return isLastWord("sig")
    case UInt8(ascii: "h"): return isLastWord("auth")
    case UInt8(ascii: "l"): return endsWithWord("credential")
    case UInt8(ascii: "n"): return endsWithWord("token") || endsWithWord("authorization")
    case UInt8(ascii: "s"): return endsWithWord("credentials") || isLastWord("creds") || isLastWord("pass")
    case UInt8(ascii: "t"): return endsWithWord("secret") || isLastWord("pat")
    case UInt8(ascii: "y"):
      guard endsWithWord("key") else { return false }
      let before =
        dropLast(3).last == UInt8(ascii: "_") || dropLast(3).last == UInt8(ascii: "-") ? dropLast(4) : dropLast(3)
      return before.endsWithWord("api") || before.endsWithWord("secret") || before.endsWithWord("access")
        || before.endsWithWord("private")
    default: return false
    }
  }

  /// Whether it is this word, or ends with it after a `_` or `-`.
  private func isLastWord(_ word: StaticString) -> Bool {
    guard endsWithWord(word) else { return false }
    let before = dropLast(word.utf8CodeUnitCount).last
    return before.map { !isAlphanumeric($0) } ?? true
  }

  /// Whether it looks more like a secret than like a word of a sentence: letters with digits among them, a long number,
  /// or padding; but no digest, and no reference to an image or a URL.
  var looksSecret: Bool {
    var (letters, digits, dots, slashes) = (0, 0, 0, 0)
    for byte in self {
      switch byte {
      case _ where isDigit(byte): digits += 1
      case _ where isAlphanumeric(byte): letters += 1
      case UInt8(ascii: "."): dots += 1
      case UInt8(ascii: "/"): slashes += 1
      // In no base64, no hexadecimal and no token, but in digests, tags, ports and URLs.
      case UInt8(ascii: ":"): return false
      default: break
      }
    }
    if count < 6 || (dots > 0 && slashes > 0) { return false }
    return (letters > 0 && digits > 0) || digits >= 6 || (count >= 8 && last == UInt8(ascii: "="))
  }

  /// Whether a capital stands after a small letter: as in base64, and in few words.
  var hasCapitalWithin: Bool {
    zip(self, dropFirst()).contains { one, next in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(one) && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(next)
    }
  }

  /// Whether it begins as the tokens of well-known services do, and is as long: JSON (a web token, or ECR's password) in
  /// base64, GitHub, GitLab, Docker Hub.
  var beginsLikeToken: Bool {
    guard count >= 20, let first, "egd".utf8.contains(first) else { return false }
    return Self.beginnings.contains { starts(with: $0.utf8) } && !contains(UInt8(ascii: ":"))
      && dropFirst(4).allSatisfy { $0.isNamePart || "+/=.".utf8.contains($0) }
  }

  private static let beginnings = [
    "eyJ", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "dckr_pat_", "dckr_oat_",
  ]
}
