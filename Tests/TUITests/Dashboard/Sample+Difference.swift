import FoundationEssentials

@testable import MirrorCore
@testable import OCIRegistry
@testable import TUI

extension Sample {
  /// What was read for the difference that is shown.
  static func compared(_ place: Place) throws -> Event {
    let sides = place.id.split(separator: " ").map(String.init)
    func image(_ platform: String, _ layers: [String], version: String) -> ImageInventory.Image {
      var said = ImageConfiguration()
      said.created = now.addingTimeInterval(version == "1.27.1" ? -2e6 : -2e5)
      said.entryPoint = ["/docker-entrypoint.sh"]
      said.variables = ["PATH", version == "1.27.1" ? "NJS_VERSION" : "PKG_RELEASE"]
      said.labels = ["org.opencontainers.image.version": version, "maintainer": "team \(version)"]
      return ImageInventory.Image(
        name: platform, digest: digest(platform + version),
        layers: layers.map { Manifest.Blob(digest: digest($0), mediaType: "", size: 12_345_678) }, configuration: said)
    }
    var comparison = ImageComparison(
      kind: .drift, source: try ImageReference(sides[0]), destination: try ImageReference(sides[1]),
      wanted: digest("source"))
    comparison.before = ImageInventory(
      digest: digest("copy"),
      images: [
        image("linux/amd64", ["base", "old"], version: "1.27.1"), image("linux/s390x", ["s"], version: "1.27.1"),
      ])
    comparison.after = ImageInventory(
      digest: digest("source"),
      images: [
        image("linux/amd64", ["base", "new", "more"], version: "1.27.2"),
        image("linux/arm64/v8", ["arm"], version: "1.27.2"),
      ])
    return .compared(source: sides[0], destination: sides[1], .read(comparison))
  }
}
