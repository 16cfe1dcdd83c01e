import FoundationEssentials
import HTTP
import Support

extension RegistryClient {
  /// Every tag of a repository, page by page, in the registry's order. What cannot be a tag is left out, so that no
  /// answer can fill the memory. A list that may be cut is an error, never a short list.
  ///
  /// Mirrors keep what somebody asked them for: where the machine leads the repository elsewhere, its own location
  /// is asked, and mirrors only where that is blocked.
  /// - Throws: `invalidAnswer` where the pages lead in a circle or go on beyond `ConversationBounds`, or there are more
  ///   than `tagLimit` tags; `timeout` where the list does not end in time.
  public func tags(_ repository: ImageReference) async throws(RegistryError) -> [String] {
    try await bounded(configuration.bounds.tags, "its list of tags", about: repository.withoutTag) {
      () async throws(RegistryError) in
      let locations = try self.locations(of: repository, for: .pull)
      let own = locations.last ?? ImageLocation(repository)
      guard own.blockedBy != nil, locations.count > 1 else {
        return try await self.client(at: own).allTags(own.reference)
      }
      return try await self.firstLocation(of: repository, for: .pull) { client, repository throws(RegistryError) in
        try await client.allTags(repository)
      }
    }
  }

  private func allTags(_ repository: ImageReference) async throws(RegistryError) -> [String] {
    var tags: [String] = []
    var paging = TagPaging(repository: repository.repository)
    var bytes = 0
    while true {
      let call = Call(
        method: "GET", path: paging.path, repository: repository, named: repository.withoutTag.familiar,
        accept: "application/json", bodyLimit: 8 << 20)
      let response = try await send(call)
      guard response.status == 200 else {
        if (400..<500).contains(response.status), paging.refused(status: response.status) { continue }
        throw error(response, call)
      }
      guard let page = try? JSONDecoder().decode(TagPage.self, from: Data(response.body)) else {
        throw invalid(call, "its answer is not a list of tags")
      }
      let link = response.headers.all("Link").lazy.compactMap(nextLink).first
      let (new, next) = paging.take(
        page.tags ?? [], link: link.flatMap { HTTPURL(response.url)?.resolving($0) }, hasLink: link != nil)
      tags += new.filter { (try? repository.withTag($0)) != nil }
      guard tags.count <= Self.tagLimit else { throw invalid(call, "it has more than \(Self.tagLimit) tags") }
      bytes += response.body.count
      switch next {
      case .page:
        if let fault = configuration.bounds.fault(pages: paging.count - 1, tags: tags.count, bytes: bytes) {
          throw invalid(call, fault)
        }
      case .end: return tags
      case .fault(let fault): throw invalid(call, fault)
      }
    }
  }

  /// The most tags that are read from one repository.
  public static let tagLimit = 1_000_000

  private struct TagPage: Decodable {
    var tags: [String]?
  }
}

/// The target of a `Link` header whose relation is `next`.
func nextLink(_ header: String) -> String? {
  var rest = header[...]
  while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
    let target = rest[rest.index(after: open)..<close]
    rest = rest[rest.index(after: close)...]
    let parameters = rest[..<(rest.firstIndex(of: "<") ?? rest.endIndex)]
    let isNext = parameters.split { $0 == ";" || $0 == "," }.contains { parameter in
      let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.trimmedOfBlanks.lowercased() }
      guard parts.count == 2, parts[0] == "rel" else { return false }
      return parts[1].split { $0 == "\"" || $0 == " " }.contains("next")
    }
    if isNext { return String(target) }
  }
  return nil
}
