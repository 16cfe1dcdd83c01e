import HTTP
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

@Suite struct ObserverTests {
  private let failure = LookFailure(reason: "no route", isRegistrys: true)

  @Test func aRegistryIsAskedNoMoreAfterThreeFailuresInARow() {
    var patience = Patience()
    for answer in [failure, failure, nil, failure, failure] { patience.note(answer) }
    #expect(patience.lost(to: "r.example", within: .seconds(60)) == nil)
    patience.note(failure)
    #expect(patience.lost(to: "r.example", within: .seconds(60)) == "r.example failed 3 times in a row: no route")
  }

  @Test func aRegistryThatTookItsTimeIsAskedNoMoreHoweverWellItAnswers() {
    var patience = Patience()
    patience.note(nil)
    patience.spent = .seconds(60)
    #expect(patience.lost(to: "r.example", within: .seconds(60)) == nil)
    patience.spent += .milliseconds(1)
    #expect(
      patience.lost(to: "r.example", within: .seconds(60)) == "checks of r.example took longer than 1m in one run")
  }

  /// A row may call for more looks once it is told, which nobody would make if all were over by then.
  @Test func whatIsLostIsOutstandingUntilItIsTold() throws {
    let question = Question.look(LookTarget(try ImageReference("r.example/a:1")))
    var queues = QuestionQueues()
    for _ in 0..<4 { queues.push(question, asked: "r.example") }
    queues.isFinished = true
    #expect(queues.missingWorkers("r.example", width: 1) == 1)
    for _ in 0..<3 {
      #expect(queues.next("r.example", width: 1, within: .seconds(60), now: .now) == .ask(question))
      queues.note("r.example", failure: failure)
    }
    let reason = "r.example failed 3 times in a row: no route"
    #expect(
      queues.next("r.example", width: 1, within: .seconds(60), now: .now) == .lost([question], reason: reason))
    #expect(!queues.isOver)
    queues.noteLost(1)
    #expect(queues.isOver)
  }

  /// Answers each look after a moment, and well.
  private struct Slow: HTTPTransport {
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      do { try await Task.sleep(for: .milliseconds(50)) } catch { throw HTTPError(.cancelled, host: "r.example") }
      return HTTPResponse(
        status: 200, headers: ["Docker-Content-Digest": "sha256:" + String(repeating: "0a", count: 32)],
        url: request.url)
    }
  }

  @Test func aSweepOverASlowRegistryEndsAndSaysWhatItLeftOut() async throws {
    let registries = RegistryClient(
      transport: Slow(), credentials: AnonymousAccess(),
      configuration: RegistryConfiguration(
        maximumConcurrentRequests: 1, bounds: ConversationBounds(sweep: .milliseconds(200))))
    let observer = Observer(registries: registries)
    let targets = try Set((0..<1000).map { LookTarget(try ImageReference("r.example/a:t\($0)")) })
    let known = Lock<[LookTarget: Look]>([:])
    observer.ask(targets.map(Question.look))
    observer.finish()
    try await observer.run { answer in
      if case .look(let target, let look) = answer { known.withLock { $0[target] = look } }
    }
    #expect(known.withLock(\.count) == 1000)
    let leftOut = known.withLock(\.self).values.count {
      if case .failed(let reason) = $0 { reason.contains("not tried") } else { false }
    }
    // 50 ms each, one after the other, until 200 ms are over.
    #expect((990..<1000).contains(leftOut))
  }
}
