import FoundationEssentials
import Testing

@testable import MirrorCore
@testable import OCIRegistry

@Suite struct ImageDifferenceTests {
  private func digest(_ name: String) -> Digest { .sha256(of: Array(name.utf8)) }

  private func image(
    _ name: String, layers: [String] = ["base", "app"], _ change: (inout ImageConfiguration) -> Void = { _ in }
  ) -> ImageInventory.Image {
    var configuration = ImageConfiguration()
    change(&configuration)
    let content = "\(layers) \(configuration)"
    return ImageInventory.Image(
      name: name, digest: digest(content),
      layers: layers.map { .init(digest: digest($0), mediaType: "", size: 1 << 20) }, configuration: configuration)
  }

  private func inventory(_ images: ImageInventory.Image...) -> ImageInventory {
    ImageInventory(digest: digest(images.map(\.digest.hex).joined()), images: images)
  }

  private func facts(_ before: ImageInventory.Image, _ after: ImageInventory.Image) -> [String: String] {
    let platform = ImageDifference.make(from: inventory(before), to: inventory(after)).platforms[0]
    return Dictionary(uniqueKeysWithValues: platform.facts(arrow: "->").map { ($0.name, $0.text) })
  }

  @Test func platformsAreTheSameChangedAddedAndGone() {
    let before = inventory(image("linux/amd64"), image("linux/386"), image("linux/arm64", layers: ["base", "old"]))
    let after = inventory(image("linux/arm64", layers: ["base", "new"]), image("linux/s390x"), image("linux/amd64"))
    let difference = ImageDifference.make(from: before, to: after)
    #expect(difference.platforms.map(\.name) == ["linux/arm64", "linux/s390x", "linux/amd64", "linux/386"])
    #expect(difference.platforms.map(\.change) == [.changed, .added, .same, .gone])
    #expect(difference.summary == "1 platform changed, 1 added, 1 gone, 1 the same")
  }

  @Test func imagesOfOneNameThatAreTheSameBelongTogether() {
    let (one, two) = (image("windows/amd64", layers: ["one"]), image("windows/amd64", layers: ["two"]))
    let difference = ImageDifference.make(from: inventory(one, two), to: inventory(two, one))
    #expect(difference.platforms.map(\.change) == [.same, .same])
    let three = image("windows/amd64", layers: ["three"])
    let changed = ImageDifference.make(from: inventory(one, two), to: inventory(three, one))
    #expect(changed.summary == "1 platform changed, 1 the same", "no image takes what is another's")
  }

  @Test func anIndexThatAloneDiffersIsSaidToDoSo() {
    let (one, two) = (image("linux/amd64"), image("linux/arm64", layers: ["base", "arm"]))
    #expect(
      ImageDifference.make(from: inventory(one, two), to: inventory(two, one)).summary
        == "all 2 images are the same; only the index that lists them differs")
    var noted = inventory(one)
    noted.digest = digest("with an attestation")
    #expect(
      ImageDifference.make(from: inventory(one), to: noted).summary
        == "the image is the same; only the index that lists it differs")
    noted.unread = 1
    #expect(ImageDifference.make(from: inventory(one), to: noted).summary == "1 platform the same")
    #expect(ImageDifference.make(from: inventory(one), to: inventory(one)).summary == "1 platform the same")
  }

  @Test func whatCouldNotBeReadIsNotToldAsGone() {
    let before = image("a") {
      ($0.entryPoint, $0.user, $0.variables) = (["/bin/server"], "web", ["PATH"])
      $0.labels = ["org.opencontainers.image.version": "1.0"]
    }
    var after = image("a", layers: ["base", "new"])
    after.configuration = nil
    #expect(Set(facts(before, after).keys) == ["digest", "layers", "config"])
    #expect(facts(before, after)["config"] == "the one after could not be read; not compared")
    #expect(facts(after, before)["config"] == "the one before could not be read; not compared")
    var other = image("a", layers: ["other"])
    other.configuration = nil
    #expect(facts(other, after)["config"] == nil)
  }

  @Test func everythingIsNewWhereNothingWasAndNothingIsComparedWithNothing() {
    #expect(ImageDifference.make(from: nil, to: inventory(image("linux/amd64"))).summary == "1 platform added")
    #expect(ImageDifference.make(from: nil, to: nil).summary == "nothing to compare")
  }

  @Test func layersAreCountedWithTheirBytes() {
    let facts = facts(image("a", layers: ["base", "x", "y"]), image("a", layers: ["base", "z"]))
    #expect(facts["layers"] == "1 the same (1 MiB), 1 new (1 MiB), 2 gone (2 MiB)")
    #expect(facts["size"] == "3 MiB -> 2 MiB")
  }

  @Test func whatTheConfigurationSaysIsComparedAndWhatIsTheSameIsLeftOut() {
    let before = image("a") {
      $0.created = Date(timeIntervalSince1970: 0)
      $0.entryPoint = ["/bin/server", "--all of it"]
      $0.variables = ["PATH", "OLD"]
      $0.user = "web"
      $0.labels = ["org.opencontainers.image.version": "1.0", "team": "a", "org.opencontainers.image.source": "s"]
    }
    let after = image("a") {
      $0.created = Date(timeIntervalSince1970: 60)
      $0.variables = ["PATH", "NEW"]
      $0.user = "web"
      $0.labels = ["org.opencontainers.image.version": "1.1", "team": "b", "org.opencontainers.image.source": "s"]
    }
    var facts = facts(before, after)
    #expect(facts.removeValue(forKey: "digest") != nil)
    #expect(
      facts == [
        "layers": "2 the same (2 MiB)", "created": "1970-01-01T00:00:00Z -> 1970-01-01T00:01:00Z",
        "entry point": "/bin/server \"--all of it\" -> none", "variables": "+NEW -OLD", "version": "1.0 -> 1.1",
        "labels": "team differs",
      ])
  }

  @Test func whatAnImageSaysOfItselfReachesNoTerminalAsItIs() {
    let after = image("a") { $0.user = "x\u{1b}[31m\u{202e}" }
    #expect(facts(image("a"), after)["user"]?.unicodeScalars.allSatisfy { $0 != "\u{1b}" && $0 != "\u{202e}" } == true)
  }
}
