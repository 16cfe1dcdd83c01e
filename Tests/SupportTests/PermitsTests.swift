import Testing

@testable import Support

@Suite struct PermitsTests {
  @Test func permitsGoToThoseWhoWaitInTheOrderTheyCame() {
    var queue = PermitQueue<String>(count: 2)
    let tickets = (0..<5).map { _ in queue.draw() }
    let granted = zip(tickets, ["a", "b", "c", "d", "e"]).map { queue.ask($0, $1) }
    #expect(granted == [true, true, false, false, false])
    // The one who leaves the line is passed over; who holds a permit, or never stood in line, cannot leave it.
    let left = [queue.leave(tickets[3]), queue.leave(tickets[3]), queue.leave(tickets[0]), queue.leave(99)]
    #expect(left == ["d", nil, nil, nil])
    let next = (0..<5).map { _ in queue.giveBack() }
    #expect(next == ["c", "e", nil, nil, nil])
    #expect(queue.waiting == 0)
  }

  @Test func morePermitsGoToThoseWhoWaitAndFewerAreTakenBackAsTheyComeBack() {
    var queue = PermitQueue<Int>(count: 1)
    let granted = (0..<5).map { queue.ask(queue.draw(), $0) }
    #expect(granted == [true, false, false, false, false])
    #expect(queue.resize(to: 3) == [1, 2])
    #expect(queue.resize(to: 1) == [])
    #expect([queue.giveBack(), queue.giveBack()] == [nil, nil])
    #expect(queue.held == 1)
    #expect(queue.giveBack() == 3)
    #expect(queue.resize(to: 0) == [])
    #expect(queue.giveBack() == 4)
  }

  @Test(arguments: 0..<20)
  func whateverHappensNoPermitIsLostOrMade(seed: Int) {
    var queue = PermitQueue<Int>(count: 3)
    var holders = 0
    var line: [UInt64] = []
    var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1
    for step in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      switch (state >> 33) % 3 {
      case 0:
        let ticket = queue.draw()
        if queue.ask(ticket, step) { holders += 1 } else { line.append(ticket) }
      case 1 where holders > 0:
        // The permit goes on to the next in line, or comes back.
        if queue.giveBack() == nil { holders -= 1 } else { line.removeFirst() }
      case 2 where !line.isEmpty:
        let left = queue.leave(line.remove(at: Int(state >> 40) % line.count))
        #expect(left != nil)
      default: break
      }
      #expect(holders <= 3)
      #expect(queue.waiting == line.count)
      #expect(line.isEmpty || holders == 3)
    }
  }

  @Test func aWaiterThatIsCancelledHoldsNothing() async throws {
    let permits = Permits(1)
    try await permits.acquire()
    let waiters = (0..<100).map { _ in
      Task {
        do throws(CancellationError) {
          try await permits.acquire()
          permits.release()
          return true
        } catch {
          return false
        }
      }
    }
    for (index, waiter) in waiters.enumerated() where index % 2 == 0 { waiter.cancel() }
    permits.release()
    for (index, waiter) in waiters.enumerated() where index % 2 == 1 { #expect(await waiter.value) }
    try await permits.acquire()
  }
}
