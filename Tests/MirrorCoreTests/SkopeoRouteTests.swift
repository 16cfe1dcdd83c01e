import FoundationEssentials
import MemoryBackend
import OCIRegistry
import Testing

@testable import MirrorCore

@Suite struct SkopeoRouteTests {
  private func arguments(_ rules: [RegistriesConf.Rule], from: String = "r.example/x:1") throws -> [String] {
    try route(rules, from: from).arguments.map { String($0.dropFirst(2)) }
  }

  private func route(_ rules: [RegistriesConf.Rule], from: String = "r.example/x:1") throws -> SkopeoRoute {
    var configuration = RegistryConfiguration(insecureRegistries: ["plain.lan"])
    configuration.machine = MachineRegistries(RegistriesConf(rules: rules))
    let client = RegistryClient(
      transport: MemoryRegistries(), credentials: AnonymousAccess(), configuration: configuration)
    let copy = ImageCopy(try ImageReference(from), to: try ImageReference("d.example/x:1"))
    return try SkopeoRoute(copy, client)
  }

  @Test("skopeo is told of TLS what holds for every location of the source, and else nothing")
  func sources() throws {
    func rule(_ isInsecure: Bool, _ mirrors: [RegistriesConf.Mirror] = []) -> [RegistriesConf.Rule] {
      [.init(prefix: "r.example", location: "r.example", isInsecure: isInsecure, mirrors: mirrors)]
    }
    let yes = "src-tls-verify=true"
    let no = "src-tls-verify=false"
    #expect(try arguments([]).first == yes)
    #expect(try arguments([], from: "plain.lan/x:1").first == no)
    #expect(try arguments([], from: "127.0.0.1:5000/x:1").first == no)
    #expect(try arguments(rule(true)).first == no)
    #expect(try arguments(rule(false, [.init("m.example")])).first == yes)
    #expect(try arguments(rule(true, [.init("plain.lan")])).first == no)
    #expect(try arguments(rule(false, [.init("m.example", isInsecure: true)])) == ["dest-tls-verify=true"])
    #expect(try arguments(rule(false, [.init("127.0.0.1:5000")])) == ["dest-tls-verify=true"])
  }

  @Test("A destination is insecure by its own entry, and by no mirror's")
  func destinations() throws {
    let mirror = RegistriesConf.Mirror("m.example", isInsecure: true)
    for isInsecure in [true, false] {
      let rules = [
        RegistriesConf.Rule(
          prefix: "d.example", location: "e.example", isInsecure: isInsecure, mirrors: [mirror])
      ]
      #expect(try arguments(rules).last == "dest-tls-verify=\(!isInsecure)")
    }
  }

  @Test("A mirror that wants to be asked later is put off by its own name")
  func throttledMirror() throws {
    let route = try route([.init(prefix: "r.example", location: "r.example", mirrors: [.init("m.example/r")])])
    var throttling = SkopeoThrottling(
      from: try ImageReference("r.example/x:1"), route.locations.map(\.reference),
      RegistryConfiguration())
    for words in [
      #"Detected 'Retry-After' header \"3600\""#,
      "Too many requests to https://m.example/v2/r/x/manifests/1: sleeping for 60.000000 seconds before next attempt",
    ] { _ = throttling.note(#"time="x" level=debug msg="\#(words)""#, now: .now) }
    #expect(throttling.deferral?.registry == "m.example")
  }
}
