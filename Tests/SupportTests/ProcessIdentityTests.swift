import Glibc
import Support
import TestSupport
import Testing

struct ProcessIdentityTests {
  @Test(
    "A process's state, session and start are read whatever its name is",
    arguments: [
      ("7 (sh) S 1 7 5 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 8 9", "S", 5, 4711),
      ("7 (a) R 1 (b)) Z 1 7 6 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12 8 9\n", "Z", 6, 12),
    ])
  func stat(text: String, state: Character, session: Int32, started: UInt64) throws {
    let status = try #require(ProcessStatus(text))
    #expect((status.state, status.session, status.started) == (state, session, started))
    #expect(status.isRunning == (state == "S"))
  }

  @Test(
    "What is no such line is nothing",
    arguments: ["", "7 (sh", "7 (sh) S 1 2", "7 (sh) S a b c d e f g h i j k l m n o p q r s t"])
  func nonsense(text: String) {
    #expect(ProcessStatus(text) == nil)
  }

  @Test("A process is signalled as long as it is the one that was meant")
  func signalled() throws {
    let process = try spawned(["sleep", "600"])
    let identity = try #require(ProcessIdentity(of: process))
    #expect(identity.isAlive && ProcessIdentity.all.contains(identity))
    let age = try #require(identity.age)
    #expect(age >= .zero && age < .seconds(3600))
    #expect(identity.signal(SIGKILL))
    var status: CInt = 0
    #expect(waitpid(process, &status, 0) == process && status & 0x7f == SIGKILL)
    #expect(!identity.isAlive && !identity.signal(SIGKILL) && !identity.signalGroup(SIGKILL))
  }

  @Test("One of the same number that began at another time, or on another start of the machine, is left alone")
  func others() throws {
    let process = try spawned(["sleep", "600"])
    let own = try #require(ProcessIdentity(of: process))
    let others = [
      ProcessIdentity(number: own.number, started: own.started + 1, boot: own.boot),
      ProcessIdentity(number: own.number, started: own.started, boot: "another"),
    ]
    for other in others { #expect(!other.isAlive && !other.signal(SIGKILL) && !other.signalGroup(SIGKILL)) }
    #expect(others[1].age == nil)
    #expect(own.isAlive)
    #expect(own.signal(SIGKILL))
    #expect(waitpid(process, nil, 0) == process)
  }

  @Test("No process has the numbers that mean groups", arguments: [0, 1, -1] as [Int32])
  func special(number: Int32) {
    #expect(ProcessIdentity(of: number) == nil)
    let made = ProcessIdentity(number: number, started: 0, boot: "x")
    #expect(!made.signal(0) && !made.signalGroup(0))
  }
}
