import FoundationEssentials
import Installation
import MirrorCore
import OCIRegistry
import Support
import Testing

@testable import Doctor

@Suite struct MachineFactsTests {
  private func facts(
    _ rules: [RegistriesConf.Rule] = [], policy: SignaturePolicy? = nil, rows: [String] = ["r.example/x:1"]
  ) -> MirrorFacts {
    var machine = MachineFacts()
    machine.files = ["/etc/r.conf"]
    machine.registries = .success(RegistriesConf(rules: rules))
    if let policy { (machine.policy, machine.policyFile) = (.success(policy), policy.file) }
    var facts = MirrorFacts(machine)
    let entries = rows.map { MirrorEntry(source: $0, destinations: ["d.example/x"]) }
    facts.add(TablePage(entries: entries), at: .now)
    return facts
  }

  @Test("The registries that are asked are those of the locations, and mirrors are known as such")
  func needs() throws {
    let led = facts([
      .init(
        prefix: "r.example", location: "real.example", isInsecure: true,
        mirrors: [.init("m.example"), .init("d.example")])
    ])
    #expect(led.needs.keys.sorted() == ["d.example", "m.example", "real.example"])
    #expect(led.needs["m.example"]?.isMirror == true && led.needs["m.example"]?.location.isInsecure == false)
    #expect(led.needs["real.example"]?.isMirror == false && led.needs["real.example"]?.location.isInsecure == true)
    #expect(led.needs["d.example"]?.isDestination == true)
    let check = HealthCheck.registriesConf(led.machine)
    #expect(check == HealthCheck("registries.conf", .ok, "/etc/r.conf: redirects r.example/x:1"))
  }

  @Test("What registries.conf keeps from working fails, and what is doubtful is a warning")
  func registriesConf() {
    func check(_ rules: [RegistriesConf.Rule], _ change: (inout MachineFacts) -> Void = { _ in }) -> HealthCheck {
      var machine = facts(rules).machine
      change(&machine)
      return HealthCheck.registriesConf(machine)
    }
    #expect(check([]) == HealthCheck("registries.conf", .ok, "/etc/r.conf"))
    let blocked = check([.init(prefix: "r.example", location: "r.example", isBlocked: true, file: "/etc/r.conf")])
    #expect(blocked.status == .failed && blocked.seen == "it blocks r.example/x:1, which no job can copy")
    let destination = check([.init(prefix: "d.example", location: "d.example", isBlocked: true, file: "/etc/r.conf")])
    #expect(destination.status == .failed && destination.seen.contains("blocks d.example/x:1"))
    let circle = check([.init(prefix: "r.example", location: "d.example")])
    #expect(
      circle.status == .failed && circle.seen.hasPrefix("it makes skopeo read r.example/x:1 from the destination"))
    let mirror = check([.init(prefix: "r.example", location: "r.example", mirrors: [.init("d.example")])])
    #expect(mirror.status == .ok)
    let broken = check([]) { $0.registries = .failure(MachineFileFault("/etc/r.conf, line 3: no")) }
    #expect(broken.status == .failed && broken.seen.hasPrefix("/etc/r.conf, line 3: no"))
    let helpers = check([]) { $0.registries = .success(RegistriesConf(credentialHelpers: ["pass"])) }
    #expect(helpers.status == .warning && helpers.seen.contains("`credential-helpers` lacks"))
    let both = check([]) {
      $0.registries = .success(RegistriesConf(credentialHelpers: ["pass", ContainersAuth.inFiles]))
    }
    #expect(both.status == .ok)
    var slash = RegistriesConf.Mirror("m.example/y")
    slash.hasSlash = true
    let slashed = check([.init(prefix: "r.example", location: "r.example", mirrors: [slash])])
    #expect(slashed.status == .warning && slashed.seen.contains("'m.example/y/'") && slashed.seen.contains("1.19"))
    let unsaid = check([.init(prefix: "r.example", location: "r.example", mirrors: [.init("127.0.0.1:5000")])])
    #expect(unsaid.status == .warning && unsaid.seen.contains("skopeo uses TLS for 127.0.0.1:5000"))
  }

  @Test("A file that others may change is a warning, whatever is in it")
  func trust() {
    var machine = facts().machine
    let fault = PathFault("/etc/r.conf", .writable(mode: 0o666))
    machine.fault = fault
    let check = HealthCheck.registriesConf(machine)
    #expect(check.status == .warning && check.advice == fault.advice)
    #expect(check.seen.contains("anyone who can change the file decides what is copied"))
  }

  @Test("A policy that cannot be used or rejects a source fails, and one that wants signatures is a warning")
  func policy() {
    func check(_ others: [SignaturePolicy.Requirement], _ scopes: [String: [SignaturePolicy.Requirement]] = [:])
      -> HealthCheck
    {
      let policy = SignaturePolicy(file: "/etc/p.json", others: others, scopes: scopes)
      return .policy(facts(policy: policy, rows: ["r.example/x:1", "q.example/y:1", "q.example/z:1"]).machine)
    }
    #expect(check([.anything]) == HealthCheck("policy.json", .ok, "/etc/p.json"))
    let all = check([.nothing])
    #expect(all.status == .failed)
    #expect(all.seen == "this machine's /etc/p.json rejects r.example/x:1, q.example/y:1 and 1 more")
    let one = check([.anything], ["r.example": [.nothing]])
    #expect(one.status == .failed && one.seen.hasSuffix("rejects r.example/x:1"))
    let signed = check([.anything], ["r.example": [.signature("signedBy")]])
    #expect(signed.status == .warning && signed.seen.contains("requires signatures of r.example/x:1 (signedBy)"))
    var machine = facts().machine
    machine.policy = .failure(MachineFileFault("/etc/p.json: no"))
    #expect(HealthCheck.policy(machine).status == .failed)
  }
}
