import HTTP
import TestSupport
import Testing

@Suite struct CancellationTests {
  @Test func aTaskCancelledBeforeItSendsFailsAndNothingIsSent() async throws {
    let server = try LoopbackServer { _ in .answer() }
    let transport = CurlTransport(environment: [:])
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await transport.outcome(of: HTTPRequest("GET", server.url))
    }
    #expect(await task.value.code == .cancelled)
    #expect(try await transport.send(HTTPRequest("GET", server.url)).status == 200)
    #expect(server.requests.count == 1)
  }

  @Test func cancellingAHangingRequestEndsItAtOnce() async throws {
    let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try LoopbackServer { _ in
      arrival.yield()
      return [.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .hang]
    }
    let transport = CurlTransport(environment: [:])
    let timeouts = HTTPRequest.Timeouts(idle: .seconds(3600), whole: .seconds(3600))
    let task = Task { await transport.outcome(of: HTTPRequest("GET", server.url, timeouts: timeouts)) }
    try await arrived.next("a request to arrive")
    task.cancel()
    #expect(await task.value.code == .cancelled)
  }

  @Test func hundredsCancelledAtRandomMomentsLeaveTheEngineServing() async throws {
    let server = try LoopbackServer { request in
      request.target.hasSuffix("7") ? [.hang] : .answer(200, [], String(repeating: "x", count: 5000))
    }
    let transport = CurlTransport(connectionsPerHost: 8, environment: [:])
    // A busy machine makes many requests wait for their turn; none is to fail for that.
    let timeouts = HTTPRequest.Timeouts(connect: .seconds(3600), idle: .seconds(3600), whole: .seconds(3600))
    for round in 0..<8 {
      let tasks = (0..<100).map { index in
        Task { await transport.outcome(of: HTTPRequest("GET", "\(server.url)/\(round)/\(index)", timeouts: timeouts)) }
      }
      for task in tasks.shuffled() {
        // Between nothing and a few milliseconds: before, while and after a request is on its way.
        for _ in 0..<Int.random(in: 0...20) { await Task.yield() }
        if Bool.random() { try await Task.sleep(for: .microseconds(Int.random(in: 0...300))) }
        task.cancel()
      }
      for task in tasks {
        let outcome = await task.value
        #expect(outcome.code == .cancelled || (try? outcome.get().status) == 200)
      }
    }
    let last = try await transport.send(HTTPRequest("GET", "\(server.url)/last", timeouts: timeouts))
    #expect(last.body.count == 5000)
  }

  @Test func shuttingDownFailsWhatIsUnderWayAndWhatComesLater() async throws {
    let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try LoopbackServer { _ in
      arrival.yield()
      return [.hang]
    }
    let transport = CurlTransport(connectionsPerHost: 2, environment: [:])
    let tasks = (0..<20).map { _ in Task { await transport.outcome(of: HTTPRequest("GET", server.url)) } }
    try await arrived.next("a request to arrive")
    transport.shutDown()
    transport.shutDown()
    for task in tasks { #expect(await task.value.code == .shutDown) }
    #expect(await transport.outcome(of: HTTPRequest("GET", server.url)).code == .shutDown)
  }

  @Test func anEngineThatNobodyHoldsEnds() async throws {
    let server = try LoopbackServer { _ in .answer() }
    for _ in 0..<50 {
      let transport = CurlTransport(environment: [:])
      #expect(try await transport.send(HTTPRequest("GET", server.url)).status == 200)
    }
  }
}

extension Result<HTTPResponse, HTTPError> {
  fileprivate var code: HTTPError.Code? {
    if case .failure(let error) = self { error.code } else { nil }
  }
}
