/// An index with some of its images: the bytes of the whole, without those of the others.
///
/// Whatever else it says stays as it is, byte for byte, so that the same images of the same index always make the same.
public enum IndexCut {
  /// It is no index in which the images can be told apart.
  public struct Fault: Error, Equatable {}

  /// - Parameters:
  ///   - places: of the images to keep, in the index's order.
  ///   - index: an index as a registry has it.
  /// - Throws: `Fault` for what is none, and for places that it has not.
  public static func keep(_ places: some Sequence<Int>, of index: [UInt8]) throws(Fault) -> [UInt8] {
    guard case .index(let before)? = try? Manifest(json: index) else { throw Fault() }
    let places = Set(places).sorted()
    guard places.allSatisfy(before.indices.contains) else { throw Fault() }
    var scanner = Scanner(bytes: index)
    let elements = try scanner.elements(of: "manifests")
    guard elements.count == before.count, let first = elements.first, let last = elements.last else {
      if before.isEmpty { return index }
      throw Fault()
    }
    let separator = elements.count > 1 ? Array(index[first.upperBound..<elements[1].lowerBound]) : [UInt8(ascii: ",")]
    let kept = places.map { index[elements[$0]] }.joined(separator: separator)
    let cut = index[..<first.lowerBound] + Array(kept) + index[last.upperBound...]
    // What reads JSON otherwise than this does must not find other images in it.
    guard case .index(let after)? = try? Manifest(json: Array(cut)), after == places.map({ before[$0] }) else {
      throw Fault()
    }
    return Array(cut)
  }

  /// Finds the elements of one list in JSON that was read already, so that it takes no care of what may stand where.
  private struct Scanner {
    let bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// - Throws: `Fault` where the outermost object has none or several of that name.
    mutating func elements(of name: String) throws(Fault) -> [Range<Int>] {
      var found: [Range<Int>]?
      try expect(UInt8(ascii: "{"))
      while try !skips(UInt8(ascii: "}")) {
        let key = try value()
        try expect(UInt8(ascii: ":"))
        if bytes[key].elementsEqual("\"\(name)\"".utf8) {
          guard found == nil else { throw Fault() }
          found = try list()
        } else {
          _ = try value()
        }
        _ = try skips(UInt8(ascii: ","))
      }
      guard let found else { throw Fault() }
      return found
    }

    private mutating func list() throws(Fault) -> [Range<Int>] {
      var elements: [Range<Int>] = []
      try expect(UInt8(ascii: "["))
      while try !skips(UInt8(ascii: "]")) {
        elements.append(try value())
        _ = try skips(UInt8(ascii: ","))
      }
      return elements
    }

    private mutating func next() throws(Fault) -> UInt8 {
      while at < bytes.count, " \t\r\n".utf8.contains(bytes[at]) { at += 1 }
      guard at < bytes.count else { throw Fault() }
      return bytes[at]
    }

    private mutating func skips(_ sign: UInt8) throws(Fault) -> Bool {
      guard try next() == sign else { return false }
      at += 1
      return true
    }

    private mutating func expect(_ sign: UInt8) throws(Fault) {
      guard try skips(sign) else { throw Fault() }
    }

    /// One value of any kind, whatever is in it.
    private mutating func value() throws(Fault) -> Range<Int> {
      _ = try next()
      let start = at
      var depth = 0
      repeat {
        guard at < bytes.count else { throw Fault() }
        switch bytes[at] {
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          at += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { throw Fault() }
          depth -= 1
          at += 1
        case _ where depth > 0: at += 1
        default: word()
        }
      } while depth > 0
      guard at > start else { throw Fault() }
      return start..<at
    }

    private mutating func string() throws(Fault) {
      at += 1
      while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
      guard at < bytes.count else { throw Fault() }
      at += 1
    }

    /// A number, `true`, `false` or `null`.
    private mutating func word() {
      while at < bytes.count, !",:]} \t\r\n".utf8.contains(bytes[at]) { at += 1 }
    }
  }
}
