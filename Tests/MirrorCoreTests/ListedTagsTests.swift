import HTTP
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

/// Where a registry lists tags with their digests, lists stand for looks.
@Suite struct ListedTagsTests {
  /// Lists repositories of `l.example` by `perPage` tags, and counts the pages.
  private final class Lists: TagListing {
    let perPage: Int
    let isRefused: Bool
    let tags: [String]
    let pages = Lock<[String: Int]>([:])

    init(tags: Int, perPage: Int = 1000, isRefused: Bool = false) {
      (self.perPage, self.isRefused) = (perPage, isRefused)
      self.tags = (0..<tags).map { "t\($0)" }
    }

    func lists(_ registry: String) -> Bool { registry == "l.example" }

    func page(of repository: ImageReference, after mark: String?) async -> TagPage? {
      pages.withLock { $0[repository.repository, default: 0] += 1 }
      if isRefused { return nil }
      let start = mark.flatMap(Int.init) ?? 0
      let some = tags[start..<min(start + perPage, tags.count)]
      let digests = some.map { ($0, ListedTagsTests.digest(repository, $0)) }
      return TagPage(
        digests: Dictionary(uniqueKeysWithValues: digests),
        next: start + perPage < tags.count ? String(start + perPage) : nil)
    }
  }

  /// Answers every look with what the lists have too, and counts.
  private final class Looks: HTTPTransport {
    let asked = Lock<[String]>([])

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      let path = HTTPURL(request.url)?.pathAndQuery ?? ""
      asked.withLock { $0.append(path) }
      let parts = path.split(separator: "/")
      guard parts.count == 4, let repository = try? ImageReference("l.example/\(parts[1])") else {
        return HTTPResponse(status: 200, headers: [:], url: request.url)
      }
      let digest = ListedTagsTests.digest(repository, String(parts[3]))
      return HTTPResponse(
        status: 200, headers: ["Docker-Content-Digest": digest.description], url: request.url)
    }
  }

  fileprivate static func digest(_ repository: ImageReference, _ tag: String) -> Digest {
    .sha256(of: Array("\(repository.repository) \(tag)".utf8))
  }

  private func ask(
    _ references: [String], _ lists: Lists, use: ImageUse = .push
  ) async throws -> (looks: Int, answers: [String: Digest], requests: Int) {
    let looks = Looks()
    let registries = RegistryClient(
      transport: looks, credentials: AnonymousAccess(),
      configuration: RegistryConfiguration(maximumConcurrentRequests: 1), listing: lists)
    let observer = Observer(registries: registries)
    let answers = Lock<[String: Digest]>([:])
    observer.ask(try references.map { .look(LookTarget(try ImageReference($0), use)) })
    observer.finish()
    try await observer.run { answer in
      guard case .look(let target, .found(let found)) = answer else { return }
      answers.withLock { $0[target.reference.familiar] = found.digest }
    }
    let heads = looks.asked.withLock { $0.count { $0.contains("/manifests/") } }
    return (heads, answers.withLock(\.self), registries.status().reduce(0) { $0 + $1.requests })
  }

  @Test("From the third tag of a repository on one list tells, and tells the same as looks would")
  func listed() async throws {
    let lists = Lists(tags: 100)
    let names = (0..<100).map { "l.example/a:t\($0)" }
    let asked = try await ask(names, lists)
    #expect(asked.looks == 2 && lists.pages.withLock(\.self) == ["a": 1])
    #expect(asked.answers.count == 100 && asked.requests >= 3)
    let repository = try ImageReference("l.example/a")
    #expect(asked.answers["l.example/a:t77"] == Self.digest(repository, "t77"))
  }

  @Test("Repositories with a tag or two are looked at") func few() async throws {
    let lists = Lists(tags: 100)
    let asked = try await ask((0..<40).map { "l.example/r\($0 / 2):t\($0)" }, lists)
    #expect(asked.looks == 40 && lists.pages.withLock(\.isEmpty))
  }

  @Test("Of a long list no more pages are read than a third of the looks, and what no page has is looked at")
  func long() async throws {
    let lists = Lists(tags: 10_000, perPage: 1000)
    let asked = try await ask((0..<9).map { "l.example/a:t\(9990 + $0)" }, lists)
    #expect(asked.looks == 9 && lists.pages.withLock(\.self) == ["a": 3] && asked.answers.count == 9)
  }

  @Test("A tag that the list lacks is looked at each time, and the list is read once") func lacking() async throws {
    let lists = Lists(tags: 5)
    let asked = try await ask((0..<60).map { "l.example/a:new\($0)" }, lists)
    #expect(asked.looks == 60 && lists.pages.withLock(\.self) == ["a": 1])
  }

  @Test("A registry that refuses to list is not asked again, and sources are never listed") func refused() async throws
  {
    let lists = Lists(tags: 100, isRefused: true)
    let names = (0..<50).map { "l.example/a:t\($0)" }
    let asked = try await ask(names, lists)
    #expect(asked.looks == 50 && lists.pages.withLock(\.self) == ["a": 1])
    let other = Lists(tags: 100)
    let sources = try await ask(names, other, use: .pull)
    #expect(sources.looks == 50 && other.pages.withLock(\.isEmpty))
  }

  @Test("What is kept of lists is bounded, and what was forgotten is told all the same") func bounded() async throws {
    let lists = Lists(tags: 100)
    let looks = Looks()
    let registries = RegistryClient(transport: looks, credentials: AnonymousAccess(), listing: lists)
    let listed = ListedTags(registries, most: 250)
    for turn in 0..<2 {
      for repository in 0..<5 {
        var known = 0
        for tag in 0..<6 {
          let target = LookTarget(try ImageReference("l.example/r\(repository):t\(tag)"))
          if try await listed.found(target) != nil { known += 1 }
        }
        #expect(known == 4, "\(turn) \(repository)")
      }
    }
    #expect(lists.pages.withLock { $0.values.reduce(0, +) } == 10)
  }
}
