import FoundationEssentials
import HTTP
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

struct SkopeoThrottlingTests {
  static let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// As skopeo 1.9.3 writes them.
  static func debug(_ words: String) -> String {
    #"time="2026-11-29T07:11:07Z" level=debug msg=""# + words.replacing("\"", with: "\\\"") + "\""
  }

  static func sleeping(_ seconds: Int, at url: String = "https://registry-1.docker.io/v2/a/b/manifests/1") -> String {
    debug("Too many requests to \(url): sleeping for \(seconds).000000 seconds before next attempt")
  }

  static func asking(_ value: String) -> String { debug("Detected 'Retry-After' header \"\(value)\"") }

  private func throttling() throws -> SkopeoThrottling {
    SkopeoThrottling(
      from: try ImageReference("docker.io/a/b:1"), [try ImageReference("127.0.0.1:5000/a/b:1")],
      RegistryConfiguration())
  }

  /// Until when it is put off after these lines, in seconds from now; nil while skopeo goes on.
  private func wait(_ lines: [String]) throws -> (String, Double)? {
    var throttling = try throttling()
    for line in lines where !throttling.note(line, now: Self.now) { break }
    return throttling.deferral.map { ($0.registry, $0.until.timeIntervalSince(Self.now)) }
  }

  @Test(
    "A registry that says 'in an hour' is not waited for, whatever skopeo would do",
    arguments: [
      ("3600", 3600.0), ("61", 61), ("99999999", 86400), ("Fri, 15 Jan 2027 09:00:00 GMT", 3600),
    ])
  func hour(value: String, seconds: Double) throws {
    let found = try #require(try wait([Self.asking(value), Self.sleeping(60)]))
    #expect(found.0 == "docker.io")
    #expect(found.1 == seconds)
  }

  @Test("Waits that are short are skopeo's, until they come to a minute in all")
  func short() throws {
    #expect(try wait([Self.asking("5"), Self.sleeping(5), Self.asking("5"), Self.sleeping(5)]) == nil)
    #expect(try wait([2, 4, 8, 16].map { Self.sleeping($0) }) == nil)
    let found = try #require(try wait([2, 4, 8, 16, 2, 4, 8, 16, 2].map { Self.sleeping($0) }))
    #expect(found.1 == 600)
    // A short wait that comes again and again is what the registry said last.
    let again = Array(repeating: [Self.asking("20"), Self.sleeping(20)], count: 4).flatMap(\.self)
    #expect(try wait(again)?.1 == 20)
  }

  @Test("Whose later it is stands in the address")
  func whose() throws {
    let there = Self.sleeping(60, at: "https://127.0.0.1:5000/v2/a/b/manifests/1")
    #expect(try wait([Self.asking("90"), there])?.0 == "127.0.0.1:5000")
    let store = Self.sleeping(60, at: "https://blobs.example/x")
    #expect(try wait([Self.asking("90"), store])?.0 == "docker.io")
  }

  @Test(
    "Other lines, and such as are cut or mad, mean nothing",
    arguments: [
      "", "Copying blob sha256:00", "Too many requests to x: sleeping for 60.000000 seconds before next attempt",
      debug("Too many requests to"), debug("Too many requests to x: sleeping for 1e99 seconds"),
      debug("Too many requests to x: sleeping for -5 seconds"), debug("Detected 'Retry-After' header \""),
    ])
  func other(line: String) throws {
    #expect(try wait([line, line]) == nil)
  }
}
