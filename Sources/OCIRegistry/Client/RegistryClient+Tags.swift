import FoundationEssentials
import HTTP
import Support

extension RegistryClient {
  /// Every tag of a repository, page by page, in the registry's order. What cannot be a tag is left out, so that no
  /// answer can fill the memory.
  ///
  /// - Throws: `invalidAnswer` where the pages lead in a circle or go on beyond `ConversationBounds`, or there are more
  ///   than `tagLimit` tags; `timeout` where the list does not end in time.
  public func tags(_ repository: ImageReference) async throws(RegistryError) -> [String] {
    try await bounded(configuration.bounds.tags, "its list of tags", about: repository.withoutTag) {
      () async throws(RegistryError) in
      try await self.allTags(repository)
    }
  }

  private func allTags(_ repository: ImageReference) async throws(RegistryError) -> [String] {
    var tags: [String] = []
    var path: String? = "/v2/\(repository.repository)/tags/list?n=1000"
    var seen: Set<String> = []
    var bytes = 0
    while let current = path {
      let call = Call(
        method: "GET", path: current, repository: repository, subject: repository.withoutTag.familiar,
        accept: "application/json", bodyLimit: 8 << 20)
      guard seen.insert(current).inserted else { throw invalid(call, "its pages of tags lead in a circle") }
      let response = try await send(call)
      guard response.status == 200 else { throw error(response, call) }
      guard let page = try? JSONDecoder().decode(TagPage.self, from: Data(response.body)) else {
        throw invalid(call, "what it sent is no list of tags")
      }
      tags += (page.tags ?? []).filter { (try? repository.withTag($0)) != nil }
      guard tags.count <= Self.tagLimit else { throw invalid(call, "it has more than \(Self.tagLimit) tags") }
      bytes += response.body.count
      path = try nextPage(response, call)
      if path != nil, let fault = configuration.bounds.fault(pages: seen.count, tags: tags.count, bytes: bytes) {
        throw invalid(call, fault)
      }
    }
    return tags
  }

  /// The most tags that are read from one repository.
  public static let tagLimit = 1_000_000

  private struct TagPage: Decodable {
    var tags: [String]?
  }

  /// The path of the next page. Only path and query count: a registry behind a proxy often names itself wrongly, and
  /// no credential goes to another host this way.
  private func nextPage(_ response: HTTPResponse, _ call: Call) throws(RegistryError) -> String? {
    guard let link = response.headers.all("Link").lazy.compactMap(nextLink).first else { return nil }
    guard let path = HTTPURL(response.url)?.resolving(link)?.pathAndQuery, path.hasPrefix("/v2/") else {
      throw invalid(call, "the address of its next page of tags makes no sense")
    }
    return path
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
