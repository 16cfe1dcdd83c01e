import OCIRegistry
import Support

/// What a registry takes of one layer, as far as its documentation says: an image with a larger one is not begun with,
/// for it fails after all the rest was sent.
enum LayerLimit {
  /// Bytes; nil where nothing is documented.
  ///
  /// https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html,
  /// https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html
  static func most(_ registry: String) -> Int64? {
    switch RegistryHost(registry).kind {
    case .ecr: 52_000 << 20
    case .ecrPublic: 10_000 << 20
    case .dockerHub, .loopback, .other: nil
    }
  }

  /// Why an image with a layer of so many bytes cannot be copied there; nil where it can, for all that is known.
  static func problem(_ largest: Int64, to destination: ImageReference) -> CopyFailure? {
    guard let most = most(destination.registry), largest > most else { return nil }
    return CopyFailure(
      .refused,
      "a layer of the image has \(largest.inUnits), and \(destination.registry) accepts layers of up to \(most.inUnits), a limit that AWS does not raise; build the image with smaller layers, or mirror it elsewhere"
    )
  }
}
