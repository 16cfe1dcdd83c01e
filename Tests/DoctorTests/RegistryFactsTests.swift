import Foundation
import OCIRegistry
import Support
import Testing

@testable import Doctor

struct RegistryFactsTests {
  struct Case: Sendable {
    let name: String
    var isDestination = false
    var signIn: Result<SignIn, RegistryError> = .success(.anonymous)
    var wantsSignIn = false
    var failure: RegistryError.Kind?
    var look: RegistryError.Kind?
    var left: (Int, Int)?
    let status: HealthCheck.Status
    let words: String
    var advice = ""
  }

  @Test(
    "A registry must answer, take the sign-in, and leave pulls",
    arguments: [
      Case(name: "open", isDestination: true, status: .ok, words: "no sign-in needed"),
      Case(name: "for tokens", wantsSignIn: true, status: .ok, words: "answers, anonymous"),
      Case(
        name: "as somebody", isDestination: true, signIn: .success(.user("robot")), wantsSignIn: true, status: .ok,
        words: "robot"),
      Case(
        name: "nobody writes", isDestination: true, wantsSignIn: true, status: .warning, words: "not signed in",
        advice: "skopeo login r.example"),
      Case(
        name: "bad secret",
        signIn: .failure(RegistryError(.credentials, subject: "r.example/a", registry: "r.example")),
        status: .failed, words: "credentials for r.example cannot be read", advice: "skopeo login"),
      Case(name: "down", failure: .unreachable, status: .failed, words: "cannot be reached", advice: "HTTPS_PROXY"),
      Case(name: "no registry", failure: .invalidAnswer, status: .failed, words: "invalid answer", advice: "address"),
      Case(
        name: "refused", signIn: .success(.user("robot")), failure: .unauthorized, status: .failed,
        words: "signed in as robot", advice: "skopeo login"),
      Case(
        name: "may not", wantsSignIn: true, look: .denied, status: .failed, words: "denies access",
        advice: "permissions"),
      Case(
        name: "throttled", failure: .throttled(until: nil), status: .warning, words: "is throttling requests",
        advice: "wait"),
      Case(name: "many pulls", left: (87, 100), status: .ok, words: "87/100 pulls left"),
      Case(name: "few pulls", left: (19, 100), status: .warning, words: "19/100 pulls left", advice: "pull more"),
    ])
  func decided(row: Case) throws {
    let reference = try ImageReference("r.example/a:1")
    func failure(_ kind: RegistryError.Kind) -> RegistryError {
      RegistryError(kind, subject: "r.example/a:1", registry: "r.example")
    }
    var status = RegistryStatus(registry: "r.example")
    status.remaining = row.left.map { RateLimit(count: $0.0) }
    status.limit = row.left.map { RateLimit(count: $0.1) }
    let facts = RegistryFacts(
      need: RegistryNeed(location: ImageLocation(reference), isDestination: row.isDestination),
      signIn: row.signIn.mapError { $0 as any Error },
      ping: row.failure.map { .failure(failure($0)) }
        ?? .success(RegistryClient.Ping(wantsSignIn: row.wantsSignIn, clockAhead: 0)),
      look: row.look.map { .failure(failure($0)) } ?? .success(()), status: status)
    let check = facts.check
    #expect(check.name == "registry r.example")
    #expect(check.status == row.status, "\(row.name): \(check)")
    #expect(check.seen.contains(row.words), "\(row.name): \(check)")
    #expect(
      row.advice.isEmpty ? check.advice == nil : check.advice?.contains(row.advice) == true, "\(row.name): \(check)")
  }

  @Test("Whether its repositories share layers is told of a registry that says so", arguments: [true, false, nil])
  func layers(shares: Bool?) throws {
    let reference = try ImageReference("r.example/a:1")
    var facts = RegistryFacts(
      need: RegistryNeed(location: ImageLocation(reference), isDestination: true),
      signIn: .success(.anonymous), ping: .success(RegistryClient.Ping(wantsSignIn: false, clockAhead: 0)),
      look: .success(()))
    facts.sharesLayers = shares
    #expect(facts.check.status == .ok)
    #expect(facts.check.seen.contains("its repositories share layers") == (shares == true))
    #expect(facts.check.seen.contains("BLOB_MOUNTING --value ENABLED") == (shares == false))
  }
}
