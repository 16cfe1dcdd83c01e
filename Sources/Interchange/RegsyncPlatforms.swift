import Documents
import MirrorCore
import OCIRegistry
import Support

/// Platforms as regsync names them: `windows/amd64,osver=10.0.20348` for a version of a system, and nothing for what an
/// index lists without a platform. It keeps the source's index: https://regclient.org/usage/regsync.
enum RegsyncPlatforms {
  static func read(_ places: [DocumentNode], isSparse: Bool) throws(DocumentError) -> PlatformSelection? {
    var platforms: [PlatformName] = []
    // Of what has no platform, all that belongs to the selected images comes along.
    for place in places where !place.isEmpty && (try? place.json()) != .string("") {
      platforms.append(try read(place))
    }
    return PlatformSelection(platforms, isSparse: isSparse)
  }

  private static func read(_ place: DocumentNode) throws(DocumentError) -> PlatformName {
    let name = try place.text()
    let parts = name.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    var text = name
    if parts.count == 2 {
      let pair = parts[1].split(separator: "=", maxSplits: 1).map(\.trimmedOfBlanks)
      guard pair.count == 2, ["osver", "osversion"].contains(pair[0].lowercased()) else {
        throw place.mistake("'\(name.cleaned.shortened(to: 100))' says more of a platform than its system's version")
      }
      text = "\(parts[0]):\(pair[1])"
    }
    do throws(PlatformFault) {
      return try PlatformName(text)
    } catch {
      throw place.mistake("\(error)")
    }
  }

  static func text(_ platform: PlatformName) -> String {
    guard let version = platform.osVersion else { return platform.description }
    return "\(platform.description.dropLast(version.utf8.count + 1)),osver=\(version)"
  }
}
