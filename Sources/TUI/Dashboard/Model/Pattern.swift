import Glibc
import Support

/// A POSIX extended regular expression, without regard to case, over bytes.
///
/// The C library's own: it matches in time linear to the text, which Swift's does not, but for back references, which
/// are refused.
final class Pattern: Sendable, Equatable {
  let source: String
  private let compiled: Compiled

  /// What `regcomp` made. Read only once made, which the C library allows from many threads.
  private struct Compiled: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<regex_t>
  }

  /// - Throws: `FilterError` in the C library's words.
  init(_ source: String) throws(FilterError) {
    if source.isEmpty { throw FilterError("/ begins a regular expression, as in /^docker.*:3/") }
    if let problem = Self.cost(source) { throw FilterError(problem) }
    let pointer = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
    pointer.initialize(to: regex_t())
    // In the C locale bytes are characters, which is several times as fast.
    let before = uselocale(plainLocale.pointer)
    let code = regcomp(pointer, source, REG_EXTENDED | REG_ICASE | REG_NEWLINE)
    uselocale(before)
    guard code == 0 else {
      var words = [CChar](repeating: 0, count: 200)
      regerror(code, pointer, &words, words.count)
      pointer.deallocate()
      let text = String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw FilterError("/\(source)/ is no regular expression: \(text)")
    }
    self.source = source
    compiled = Compiled(pointer: pointer)
  }

  deinit {
    regfree(compiled.pointer)
    compiled.pointer.deallocate()
  }

  static func == (one: Pattern, other: Pattern) -> Bool { one.source == other.source }

  /// Where the bytes match first from an offset on; an empty match is none.
  func firstMatch(in bytes: [UInt8], from start: Int = 0) -> Range<Int>? {
    guard start <= bytes.count else { return nil }
    var match = regmatch_t(rm_so: regoff_t(start), rm_eo: regoff_t(bytes.count))
    let flags = REG_STARTEND | (start > 0 ? REG_NOTBOL : 0)
    let isFound = bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
      return regexec(compiled.pointer, base, 1, &match, flags) == 0
    }
    return isFound && match.rm_eo > match.rm_so ? Int(match.rm_so)..<Int(match.rm_eo) : nil
  }

  /// Whether the bytes match anywhere. Several times as fast as to find where.
  func matches(_ bytes: [UInt8]) -> Bool {
    var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(bytes.count))
    return bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
      return regexec(compiled.pointer, base, 0, &range, REG_STARTEND) == 0
    }
  }

  /// Why a pattern would take too much time or memory: back references, and repeats that multiply.
  private static func cost(_ source: String) -> String? {
    var repeats = 1
    var rest = Array(source.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        if let next = rest.popFirst(), (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(next) {
          return "back references such as \\1 are not taken in a filter"
        }
      case UInt8(ascii: "{"):
        let bound = rest.prefix { $0 != UInt8(ascii: "}") }
        let numbers = String(decoding: bound, as: UTF8.self).split(separator: ",").compactMap { Int($0) }
        repeats = repeats.multipliedReportingOverflow(by: max(numbers.max() ?? 1, 1)).partialValue
        if repeats > 1000 || repeats <= 0 { return "a regular expression that repeats so often is not taken" }
      default: break
      }
    }
    return nil
  }
}

/// Made once and never freed; a locale object may be used by any thread.
private struct PlainLocale: @unchecked Sendable {
  let pointer: locale_t?
}

private let plainLocale = PlainLocale(pointer: newlocale(LC_CTYPE_MASK | LC_COLLATE_MASK, "C", nil))
