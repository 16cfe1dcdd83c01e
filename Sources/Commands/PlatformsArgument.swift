import ArgumentParser
import MirrorCore
import OCIRegistry

/// Platforms as one argument: `linux/amd64,linux/arm64`.
enum PlatformsArgument {
  /// - Throws: `ValidationError` for what names no platform.
  static func read(_ text: String) throws -> PlatformSelection {
    let selection: PlatformSelection?
    do throws(PlatformFault) {
      selection = try PlatformSelection([text])
    } catch {
      throw ValidationError("\(error)")
    }
    guard let selection else { throw ValidationError("Give at least one platform, such as linux/amd64.") }
    return selection
  }
}
