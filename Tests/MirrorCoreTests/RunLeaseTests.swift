import FoundationEssentials
import Support
import Testing

@testable import MirrorCore

struct RunLeaseTests {
  static let now = Date(timeIntervalSince1970: 1_700_000_000)

  @Test(
    "A lease holds until it ends, and not where it claims to end later than any does",
    arguments: [
      (-1, false), (0, false), (1, true), (60, true), (90, true), (120, true), (121, false), (315_360_000, false),
    ] as [(Double, Bool)])
  func live(seconds: Double, isLive: Bool) {
    let lease = RunLease(run: "r", holder: "h", expires: Self.now + seconds)
    #expect(lease.isLive(at: Self.now) == isLive)
  }

  @Test("A holder's words tell its process and host")
  func words() {
    let holder = RunHolder(what: "ecrmirror run", process: 4711, host: "web1")
    #expect(holder.description == "ecrmirror run, process 4711 on web1")
    #expect(RunHolder(holder.description) == holder)
  }

  @Test(
    "What does not name a process on a host cannot be looked up",
    arguments: [
      "", "control job 1", "ecrmirror run, process 4711", "x, process 0 on a", "x, process -1 on a", "x, process 1 on ",
      "x, process 99999999999 on a", " on , process 7",
    ])
  func others(text: String) {
    #expect(RunHolder(text) == nil)
    #expect(RunHolder.standing(text) == .unknown)
  }

  @Test("Of a process here it can be told whether it lives, of one elsewhere not")
  func standing() {
    let own = RunHolder.current("a test")
    #expect(RunHolder.standing(own.description) == .lives)
    // No program of ours, whatever it was when it took the lease.
    #expect(RunHolder.standing(RunHolder(what: "x", process: 1, host: own.host).description) == .ended)
    #expect(
      RunHolder.standing(RunHolder(what: "x", process: own.process, host: own.host + "x").description) == .unknown)
  }
}
