import HTTP
import Support

/// Which page of a list of tags comes next: the one that the registry's link leads to, else the one behind the last
/// tag that came, for a `Link` header is optional (distribution-spec#470). A list that may be cut has a fault.
struct TagPaging: Sendable {
  /// Tags on a page; registries that take no such number are asked for fewer.
  static let sizes = [1000, 100]

  /// What is asked for next, path and query.
  private(set) var path: String
  /// Pages that were asked for.
  var count: Int { asked.count }

  private let list: String
  private var asked: Set<String> = []
  /// How many tags a page of our own asking has; nil where the registry takes no number.
  private var size = sizes.first
  /// Whether the page was asked for by the registry's link.
  private var isLinked = false
  /// The last tag of the last page that came.
  private var last: String?
  /// A page that was asked for to learn whether the registry heeds the number: how many tags it had before.
  private var probed: Int?

  enum Next: Sendable, Equatable {
    /// `path` is to be asked for.
    case page
    case end
    /// The list cannot be read to its end, and why.
    case fault(String)
  }

  init(repository: String) {
    list = "/v2/\(repository)/tags/list"
    path = "\(list)?n=\(Self.sizes[0])"
    asked.insert(path)
  }

  /// Takes the refusal of a page with a status of 4xx.
  ///
  /// - Returns: whether `path` has something else to try.
  mutating func refused(status: Int) -> Bool {
    // Another way to say the same page: links that lead nowhere are about (nexus-public#1011).
    if isLinked { return askBehindLast() }
    guard status == 400, let size, last == nil else { return false }
    self.size = Self.sizes.first { $0 < size }
    return ask(self.size.map { "\(list)?n=\($0)" } ?? list)
  }

  /// Takes a page's tags, as they came.
  ///
  /// - Parameters:
  ///   - link: where its `Link` header leads; nil where that makes no sense.
  ///   - hasLink: whether it has one.
  /// - Returns: the tags that are new, and what comes next.
  mutating func take(_ tags: [String], link: HTTPURL?, hasLink: Bool) -> (new: ArraySlice<String>, next: Next) {
    if let probed {
      // Who gives more than is asked for gives everything; who links to the next page would have done so before.
      return ([], tags.count >= probed || hasLink ? .end : .fault(Self.endless))
    }
    let before = last
    last = tags.last ?? last
    // Some begin with the tag behind which was asked.
    let new = tags.first == before ? tags.dropFirst() : tags[...]
    if hasLink {
      if let next = link.flatMap(path(of:)), ask(next) {
        isLinked = true
        return (new, .page)
      }
      return (new, !tags.isEmpty && askBehindLast() ? .page : .fault(Self.endless))
    }
    // A page longer than asked for is the whole list, and who links from page to page has none behind the last.
    guard !isLinked, let wanted = number(in: path), tags.count == wanted else { return (new, .end) }
    if askBehindLast() { return (new, .page) }
    // The same page once more: it is all there is where the registry heeds no number.
    guard ask("\(list)?n=1") else { return (new, .fault(Self.endless)) }
    probed = tags.count
    return ([], .page)
  }

  private static let endless = "its tag pages form a loop"

  /// Only path and query count: a registry behind a proxy often names itself wrongly, also by a path in front of its
  /// own, and no credential goes to another host this way.
  private func path(of link: HTTPURL) -> String? {
    let parts = link.pathAndQuery.split(separator: "?", maxSplits: 1)
    if let path = parts.first, path.hasSuffix(list) { return list + (parts.count > 1 ? "?\(parts[1])" : "") }
    return link.pathAndQuery.hasPrefix("/v2/") ? link.pathAndQuery : nil
  }

  private mutating func askBehindLast() -> Bool {
    guard let last else { return false }
    isLinked = false
    return ask("\(list)?" + formEncoded((size.map { [("n", "\($0)")] } ?? []) + [("last", last)]))
  }

  /// - Returns: false for a page that was asked for already.
  private mutating func ask(_ next: String) -> Bool {
    guard asked.insert(next).inserted else { return false }
    path = next
    return true
  }

  /// How many tags the page was asked for.
  private func number(in path: String) -> Int? {
    path.split(separator: "?", maxSplits: 1).dropFirst().first?.split(separator: "&").lazy
      .compactMap { $0.hasPrefix("n=") ? Int($0.dropFirst(2)) : nil }.first
  }
}
