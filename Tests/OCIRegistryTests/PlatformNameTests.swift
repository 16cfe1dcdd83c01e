import Testing

@testable import OCIRegistry

@Suite struct PlatformNameTests {
  @Test(
    "Names that mean the same are one, as containerd normalizes them",
    arguments: [
      ("linux/amd64", "linux/amd64"), ("Linux/x86_64", "linux/amd64"), ("linux/amd64/v1", "linux/amd64"),
      ("linux/amd64/v3", "linux/amd64/v3"), ("linux/x86-64/v2", "linux/amd64/v2"), ("linux/arm64/v8", "linux/arm64"),
      ("linux/aarch64", "linux/arm64"), ("linux/arm64/v9", "linux/arm64/v9"), ("linux/arm", "linux/arm/v7"),
      ("linux/arm/6", "linux/arm/v6"), ("linux/armhf", "linux/arm/v7"), ("linux/armel", "linux/arm/v6"),
      ("linux/i386", "linux/386"), ("macos/arm64", "darwin/arm64"), ("linux/ppc64le", "linux/ppc64le"),
      ("windows/amd64:10.0.20348", "windows/amd64:10.0.20348"),
      ("windows(10.0.20348)/amd64", "windows/amd64:10.0.20348"),
    ])
  func normal(text: String, name: String) throws {
    let platform = try PlatformName(text)
    #expect(platform.description == name)
    #expect(try PlatformName(name) == platform)
  }

  @Test(
    "What names no system and architecture is refused, with an example",
    arguments: [
      "", "linux", "arm64", "linux/", "/amd64", "linux/arm/v7/x", "linux/*", "linux/amd64:", "linux amd64/x",
      "windows(10.0)/amd64:10.0", "windows(10/amd64", "linux/a\u{1b}", String(repeating: "a", count: 200) + "/b",
    ])
  func refused(text: String) {
    let fault = #expect(throws: PlatformFault.self) { try PlatformName(text) }
    #expect(fault?.description.contains("is not a platform; use for example linux/amd64") == true)
    #expect(fault?.description.contains("\u{1b}") == false)
  }

  static let images: [(name: String, platform: Manifest.Platform, matches: Bool)] = [
    ("linux/arm64", .init(os: "linux", architecture: "arm64", variant: "v8"), true),
    ("linux/arm64/v8", .init(os: "linux", architecture: "arm64"), true),
    ("linux/arm", .init(os: "linux", architecture: "arm", variant: "v7"), true),
    ("linux/arm", .init(os: "linux", architecture: "arm", variant: "v6"), false),
    ("linux/arm/v7", .init(os: "linux", architecture: "arm"), true),
    ("linux/amd64", .init(os: "linux", architecture: "amd64", variant: "v3"), false),
    ("linux/amd64", .init(os: "windows", architecture: "amd64"), false),
    ("linux/amd64", .init(os: "unknown", architecture: "unknown"), false),
    ("windows/amd64", .init(os: "windows", architecture: "amd64", osVersion: "10.0.20348.2700"), true),
    ("windows/amd64:10.0.20348", .init(os: "windows", architecture: "amd64", osVersion: "10.0.20348.2700"), true),
    ("windows/amd64:10.0.20348.2700", .init(os: "windows", architecture: "amd64", osVersion: "10.0.20348.2700"), true),
    ("windows/amd64:10.0.2", .init(os: "windows", architecture: "amd64", osVersion: "10.0.20348.2700"), false),
    ("windows/amd64:10.0.20348", .init(os: "windows", architecture: "amd64"), false),
  ]

  @Test(
    "An image is meant by its system, architecture, variant and the beginning of the system's version",
    arguments: 0..<13)
  func matches(number: Int) throws {
    let (name, platform, matches) = Self.images[number]
    #expect(try PlatformName(name).matches(platform) == matches)
  }
}
