import FoundationEssentials
import OCIRegistry
import Testing

@Suite struct ImageConfigurationTests {
  private func read(_ json: String) throws -> ImageConfiguration { try ImageConfiguration(json: Array(json.utf8)) }

  @Test func whatBuildersWriteIsReadAndOfVariablesTheNamesOnly() throws {
    let read = try read(
      """
      {"architecture":"arm64","os":"linux","variant":"v8","created":"2026-11-01T10:00:00.123Z","config":{
        "Entrypoint":["/entry.sh"],"Cmd":["nginx","-g"],"Env":["PATH=/bin","TOKEN=secret","EMPTY"],
        "Labels":{"org.opencontainers.image.version":"1.2"},"User":"","WorkingDir":"/srv"},"rootfs":{}}
      """)
    #expect(read.platform?.description == "linux/arm64/v8")
    #expect(read.created?.timeIntervalSince1970.rounded(.down) == 1_793_527_200)
    #expect((read.entryPoint, read.command) == (["/entry.sh"], ["nginx", "-g"]))
    #expect(read.variables == ["PATH", "TOKEN", "EMPTY"])
    #expect(read.labels == ["org.opencontainers.image.version": "1.2"])
    #expect((read.user, read.workingFolder) == (nil, "/srv"))
  }

  @Test(arguments: ["{}", #"{"config":null}"#, #"{"config":{"Env":null,"Labels":[],"Cmd":"sh"},"created":7}"#])
  func whatIsMissingOrOtherwiseCountsAsNotSaid(json: String) throws {
    #expect(try read(json) == ImageConfiguration())
  }

  @Test func whatIsNoObjectIsRefused() {
    #expect(throws: DecodingError.self) { try read("[]") }
  }
}
