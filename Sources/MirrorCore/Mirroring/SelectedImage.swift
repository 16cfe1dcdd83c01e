public import OCIRegistry
import Support

/// What of a source is mirrored where a row selects platforms, and what its destinations are to hold: a decision without
/// I/O.
struct SelectedImage: Sendable, Equatable {
  /// What a destination's tag stands for then.
  let wanted: ManifestDescriptor
  /// Images that are copied one by one, and what is noted about them; nil where the source is copied whole.
  let children: [Digest]?
  /// An index of those, which is put when they are there; nil for the source's own.
  let index: [UInt8]?
  /// What `Conversion` remembers it by.
  let origin: Digest
  /// Platforms that the source lacks, as a sentence; nil where it has all of them.
  let note: String?

  /// Of an index.
  ///
  /// - Parameters:
  ///   - source: what the source's tag stands for.
  ///   - bytes: of the index.
  /// - Throws: `CopyFailure` where nothing of it is selected.
  static func make(
    of source: ManifestDescriptor, _ children: [Manifest.Child], _ bytes: [UInt8], by selection: PlatformSelection
  ) throws(CopyFailure) -> SelectedImage {
    let images = children.filter { $0.platform.map(selection.selects) ?? false }
    let lacking = selection.lacking { platform in images.contains { $0.platform.map(platform.matches) ?? false } }
    guard !images.isEmpty else {
      throw CopyFailure(.badInput, selection.noneText(of: children.compactMap(\.platform)))
    }
    let digests = Set(images.map(\.digest))
    let places = children.indices.filter { place in
      let child = children[place]
      return child.platform.map(selection.selects) ?? false || child.subject.map(digests.contains) ?? false
    }
    let isWhole = places.count == children.count
    var (wanted, index): (ManifestDescriptor, [UInt8]?) = (source, nil)
    if !isWhole && !selection.isSparse {
      let cut: [UInt8]
      do throws(IndexCut.Fault) {
        cut = try IndexCut.keep(places, of: bytes)
      } catch {
        throw CopyFailure(.badInput, "no index of \(selection.text) can be made of the source's, whose JSON is unusual")
      }
      index = cut
      wanted = ManifestDescriptor(digest: .sha256(of: cut), mediaType: source.mediaType, size: Int64(cut.count))
    }
    return SelectedImage(
      wanted: wanted, children: isWhole ? nil : places.map { children[$0].digest }.uniqued, index: index,
      origin: selection.origin(of: source.digest), note: selection.note(lacking))
  }

  /// Of a source that is one image.
  ///
  /// - Parameter platform: what its configuration names; nil where it names none.
  /// - Throws: `CopyFailure` where it is for another platform.
  static func make(
    of source: ManifestDescriptor, _ platform: Manifest.Platform?, by selection: PlatformSelection
  ) throws(CopyFailure) -> SelectedImage {
    guard let platform, selection.selects(platform) else {
      throw CopyFailure(.badInput, selection.noneText(of: [platform].compactMap(\.self)))
    }
    return SelectedImage(
      wanted: source, children: nil, index: nil, origin: selection.origin(of: source.digest),
      note: selection.note(selection.lacking { $0.matches(platform) }))
  }
}

extension PlatformSelection {
  /// Whether an image is of one of them.
  func selects(_ platform: Manifest.Platform) -> Bool { selects(PlatformName(platform)) }

  public func selects(_ platform: PlatformName) -> Bool { platforms.contains { $0.matches(platform) } }

  fileprivate func lacking(_ isThere: (PlatformName) -> Bool) -> [PlatformName] { platforms.filter { !isThere($0) } }

  fileprivate func note(_ lacking: [PlatformName]) -> String? {
    lacking.isEmpty ? nil : "the source has no \(lacking.map(\.description).joined(separator: ", "))"
  }

  /// Why there is nothing to copy.
  fileprivate func noneText(of found: [Manifest.Platform]) -> String {
    let names = found.filter { $0.os != "unknown" }.map { PlatformName($0).description }.uniqued
    let has =
      names.isEmpty ? "it names no platform" : "it has \(names.joined(separator: ", ").shortened(to: 300))"
    return
      "the source has none of the mirror's platforms (\(text)): \(has.cleaned); change them with `ecrmirror edit --platforms`"
  }
}

extension Sequence where Element: Hashable {
  /// Each once, where it stands first.
  fileprivate var uniqued: [Element] {
    var known: Set<Element> = []
    return filter { known.insert($0).inserted }
  }
}
