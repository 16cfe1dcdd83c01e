import Documents
import Foundation
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import Installation

@Suite struct RegistriesFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func files(_ environment: [String: String] = [:]) -> RegistriesFiles {
    RegistriesFiles(environment: ["HOME": folder.path].merging(environment) { $1 })
  }

  @Test(
    "A user's own file is in the place of the machine's, with its folder; a variable names another for both folders")
  func which() throws {
    let own = "\(folder.path)/.config/containers/registries.conf"
    #expect(files().main == "/etc/containers/registries.conf")
    #expect(files().folders == ["/etc/containers/registries.conf.d", "\(own).d"])
    try folder.write(".config/containers/registries.conf", "")
    #expect(files() == files(["CONTAINERS_REGISTRIES_CONF": ""]))
    #expect(files().main == own && files().folders == ["\(own).d"] && !files().isNamed)
    let named = files(["CONTAINERS_REGISTRIES_CONF": "/x/r.conf", "REGISTRIES_CONFIG_PATH": "/y/r.conf"])
    #expect(named.main == "/x/r.conf" && named.isNamed)
    #expect(named.folders == ["/etc/containers/registries.conf.d", "\(own).d"])
    #expect(files(["REGISTRIES_CONFIG_PATH": "/y/r.conf"]).main == "/y/r.conf")
    #expect(RegistriesFiles(environment: [:]).folders == ["/etc/containers/registries.conf.d"])
  }

  @Test("Files of the folder count after the file, by their names, and a missing one only where it was named")
  func order() throws {
    let base = ".config/containers/registries.conf"
    try folder.write(base, "[[registry]]\nlocation = \"a.io\"\n[[registry]]\nlocation = \"b.io\"\n")
    try folder.write("\(base).d/10-b.conf", "[[registry]]\nprefix = \"b.io\"\nlocation = \"c.io\"\n")
    try folder.write("\(base).d/9-b.conf", "[[registry]]\nprefix = \"b.io\"\nlocation = \"d.io\"\n")
    try folder.write("\(base).d/b.conf.bak", "no")
    try folder.write("\(base).d/below.conf/x.conf", "no")
    let conf = try files().read()
    #expect(conf.rules.mapValues(\.location) == ["a.io": "a.io", "b.io": "d.io"])
    #expect(conf.rules["b.io"]?.file.hasSuffix("/9-b.conf") == true)
    #expect(files().present.map { $0.suffix(9) } == ["ries.conf", "10-b.conf", "/9-b.conf"])
    let fault = #expect(throws: MachineFileFault.self) {
      try files(["CONTAINERS_REGISTRIES_CONF": "\(folder.path)/none.conf"]).read()
    }
    #expect(fault?.description.contains("none.conf") == true)
    try folder.write("\(base).d/99.conf", "[[registry]]\n\nlocation = 1\n")
    let mistake = #expect(throws: MachineFileFault.self) { try files().read() }
    #expect(
      mistake?.description == "\(folder.path)/\(base).d/99.conf, line 3: a string is expected here, in quotes")
  }

  private func read(_ toml: String, isDropIn: Bool = false) throws -> RegistriesConf {
    try RegistriesConf(toml: Array(toml.utf8), file: "r.conf", isDropIn: isDropIn)
  }

  @Test("Both formats are read, with all that decides where a request goes")
  func formats() throws {
    let conf = try read(
      """
      unqualified-search-registries = ["docker.io"]
      credential-helpers = ["containers-auth.json", "pass"]
      Short-Name-Mode = "enforcing"
      mirors = 1
      [[registry]]
      Prefix = "*.example.com"
      [[registry]]
      location = "a.io/"
      blocked = true
      insecure = true
      mirror-by-digest-only = true
      [[registry.mirror]]
      location = "m.io:5000/x//"
      insecure = true
      [[registry]]
      prefix = "b.io"
      location = "c.io"
      mirror = [{location = "n.io", pull-from-mirror = "tag-only"}]
      [aliases]
      "alpine" = "docker.io/library/alpine"
      "gone" = ""
      """)
    var mirror = RegistriesConf.Mirror("m.io:5000/x", isInsecure: true)
    mirror.hasSlash = true
    var other = RegistriesConf.Mirror("n.io", use: .tags)
    other.isUseGiven = true
    var expected = RegistriesConf(
      rules: [
        .init(prefix: "*.example.com", location: "", file: "r.conf"),
        .init(
          prefix: "a.io", location: "a.io", isInsecure: true, isBlocked: true, mirrors: [mirror],
          mirrorsDigestsOnly: true, file: "r.conf"),
        .init(prefix: "b.io", location: "c.io", mirrors: [other], file: "r.conf"),
      ], credentialHelpers: ["containers-auth.json", "pass"])
    expected.notes = ["r.conf, line 4: skopeo does not know the key 'mirors'"]
    #expect(conf == expected)
    let former = try read(
      """
      [registries.search]
      registries = ['one.io']
      [registries.insecure]
      registries = ['two.io', 'three.io']
      [registries.block]
      registries = ["three.io"]
      """)
    #expect(
      former.rules == [
        "two.io": .init(prefix: "two.io", location: "two.io", isInsecure: true, file: "r.conf"),
        "three.io": .init(prefix: "three.io", location: "three.io", isInsecure: true, isBlocked: true, file: "r.conf"),
      ])
  }

  @Test(
    "What skopeo refuses is refused, with its line",
    arguments: [
      ("[[registry]]\nlocation = \"https://a.io\"\n", 2), ("\n[[registry]]\nblocked = true\n", 2),
      ("[[registry]]\nprefix = \"a.io\"\n", 1), ("[[registry]]\nprefix = \"*.a.io/x\"\n", 1),
      ("[[registry]]\nlocation = \"a.io\"\npull-from-mirror = \"all\"\n", 3),
      ("[[registry]]\nlocation = \"a.io\"\n[[registry.mirror]]\ninsecure = true\n", 3),
      ("[[registry]]\nlocation = \"a.io\"\n[[registry.mirror]]\nlocation = \"m\"\npull-from-mirror = \"some\"\n", 5),
      (
        "[[registry]]\nlocation = \"a.io\"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = \"m\"\npull-from-mirror = \"all\"\n",
        1
      ),
      ("[[registry]]\nlocation = \"a\"\n[[registry]]\nprefix = \"b\"\nlocation = \"a\"\nblocked = true\n", 3),
      ("[[registry]]\nlocation = \"a.io\"\nblocked = \"true\"\n", 3), ("[registry]\nlocation = \"a.io\"\n", 1),
      ("unqualified-search-registries = [\"a.io\", \"b b\"]\n", 1), ("short-name-mode = \"x\"\n", 1),
      ("[aliases]\n\"a.io/x\" = \"b.io/x\"\n", 2), ("[aliases]\n\"x\" = \"b.io/x:1\"\n", 2),
      ("[aliases]\nx = \"y\"\n", 2),
    ])
  func refused(toml: String, line: Int) {
    let error = #expect(throws: DocumentError.self) { try read(toml) }
    #expect(error?.line == line, "\(error?.description ?? "")")
  }

  @Test("The former format goes neither with the new one nor into a folder of files")
  func mixed() throws {
    let former = "[registries.block]\nregistries = ['a.io']\n"
    #expect(throws: DocumentError.self) { try read(former, isDropIn: true) }
    #expect(throws: DocumentError.self) { try read("unqualified-search-registries = ['b.io']\n" + former) }
    #expect(throws: Never.self) { try read(former) }
  }

  @Test("A policy is read as strictly as skopeo reads it")
  func policies() throws {
    func read(_ json: String) throws -> SignaturePolicy { try SignaturePolicy(json: Array(json.utf8), file: "p.json") }
    let policy = try read(
      #"""
      {"default": [{"type": "reject"}],
       "transports": {"docker": {"a.io": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k"}]},
                      "docker-daemon": {"": [{"type": "insecureAcceptAnything"}]}}}
      """#)
    #expect(policy.others == [.nothing] && policy.scopes == ["a.io": [.signature("signedBy")]])
    let mistakes: [(String, Int?)] = [
      ("{}", nil), (#"{"default":[]}"#, 1), (#"{"default":[{"type":"x"}]}"#, 1), ("{\"default\":[{}],\n\"x\":1}", 1),
      ("{\"default\":[{\"type\":\"reject\"}],\n\"x\":1}", 2), (#"{"default":[{"type":"reject"}]"#, 1),
      ("default: [{type: reject}]", 1), ("{\"default\":[{\"type\":\"reject\"}],\n\"default\":[]}", 1),
    ]
    for (json, line) in mistakes {
      let error = #expect(throws: DocumentError.self, "\(json)") { try read(json) }
      #expect(error?.line == line, "\(json): \(error?.description ?? "")")
    }
    #expect(SignaturePolicy.file(home: folder.path) == "/etc/containers/policy.json")
    let own = try folder.write(".config/containers/policy.json", "{")
    #expect(SignaturePolicy.file(home: folder.path) == own)
    let fault = #expect(throws: MachineFileFault.self) { try SignaturePolicy.read(own) }
    #expect(fault?.description.hasPrefix(own) == true)
  }
}
