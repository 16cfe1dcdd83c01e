public import FoundationEssentials
public import OCIRegistry
import Support

/// What changed in an image that a row mirrors.
public struct ImageComparison: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// From what is at the destination to what a copy would bring there.
    case drift
    /// The destination is in step; from what it held before the last copy to what it holds.
    case lastCopy(at: Date)
    /// The destination is in step, and nobody knows what it held before.
    case same
  }

  public var kind: Kind
  public var source: ImageReference
  public var destination: ImageReference
  /// What was there before; nil for nothing.
  public var before: ImageInventory?
  /// nil where nothing was compared.
  public var after: ImageInventory?
  /// The digest that the source has; where it is in step, the destination's, which differs where only some platforms are
  /// mirrored.
  public var wanted: Digest

  public var difference: ImageDifference { .make(from: before, to: after) }

  /// Manifests that were read at the source: what a registry that counts pulls has counted.
  public var pulls: Int { kind == .drift ? after?.manifests ?? 0 : 0 }

  /// What that means, for a person.
  public var pullsText: String {
    "\(counted(pulls, "manifest")) \(pulls == 1 ? "was" : "were") read at \(source.registry); a registry that counts pulls has counted \(pulls == 1 ? "it" : "each")"
  }
}

extension MirrorService {
  /// Reads what changed in an image: between destination and source, or where these are in step, by the last copy, for
  /// which only the destination is read.
  ///
  /// - Parameters:
  ///   - source: a row's key, or an image of a row with a tag rule.
  ///   - destination: one of the image's; the first that is not in step, else the first, where nil.
  /// - Throws: `MirrorError` and `RegistryError`, also `.notFound` where the digest of before is gone from the destination.
  public func difference(of source: String, at destination: String? = nil) async throws -> ImageComparison {
    let (entry, image) = try await image(source)
    let origin = image.sourceTarget
    let wanted = try await registries.head(origin.reference, for: origin.use, besides: origin.besides).digest
    func isInStep(_ place: ImageReference, _ there: Digest?) -> Bool {
      guard let there else { return false }
      return image.platforms == nil && there == wanted
        || entry.observed[place.description].holds(there, of: wanted, image.platforms)
    }
    let (place, there) = try await place(destination, of: image, isInStep)
    var comparison = ImageComparison(
      kind: .same, source: image.source, destination: place, before: nil, after: nil, wanted: wanted)
    let platforms = image.platforms
    guard let there, isInStep(place, there) else {
      comparison.kind = .drift
      if let there { comparison.before = try await read(place, there, .push, platforms) }
      comparison.after = try await read(image.source, wanted, .pull, platforms)
      return comparison
    }
    comparison.wanted = there
    if let (at, before) = try await lastCopy(to: place, of: entry, now: there) {
      comparison.kind = .lastCopy(at: at)
      comparison.before = try await read(place, before, .push, platforms)
      comparison.after = try await read(place, there, .push, platforms)
    }
    return comparison
  }

  /// By the digest that was looked at: a tag may move meanwhile.
  private func read(
    _ reference: ImageReference, _ digest: Digest, _ use: ImageUse, _ platforms: PlatformSelection?
  ) async throws -> ImageInventory {
    try await ImageInventory.read(reference.withoutTag.withDigest(digest), for: use, platforms, through: registries)
  }

  private func image(_ source: String) async throws -> (MirrorEntry, MirrorImage) {
    let reference = try? ImageReference(source)
    let entry: MirrorEntry
    do {
      entry = try await self.entry(source)
    } catch let error as MirrorError where error.kind == .notFound {
      guard let reference, reference.tag != nil,
        let row = try? await self.entry(reference.withoutTag.description), row.tags != nil
      else { throw error }
      entry = row
    }
    guard let image = try entry.images(sourceTags: [reference?.tag].compactMap(\.self)).first else {
      throw MirrorError(
        .invalid,
        "\(entry.source.cleaned) mirrors the tags that its rule selects: give one of them, as in \(entry.source.cleaned):TAG"
      )
    }
    return (entry, image.led(by: registries))
  }

  private func place(
    _ name: String?, of image: MirrorImage, _ isInStep: (ImageReference, Digest?) -> Bool
  ) async throws -> (ImageReference, Digest?) {
    var places = image.destinations
    if let name {
      let meant = (try? ImageReference(name)).map { $0.tag == nil ? $0.name : $0.description } ?? name
      places = places.filter { $0.description == meant || $0.name == meant }
    }
    guard let first = places.first else {
      throw MirrorError(
        .invalid,
        "\((name ?? "").cleaned) is not a destination of \(image.source.familiar); its destinations: \(image.destinations.map(\.familiar).joined(separator: ", "))"
      )
    }
    var found: (ImageReference, Digest?)?
    for place in places {
      let digest = try await digest(of: place)
      if !isInStep(place, digest) { return (place, digest) }
      if found == nil { found = (place, digest) }
    }
    return found ?? (first, nil)
  }

  private func digest(of place: ImageReference) async throws -> Digest? {
    do throws(RegistryError) {
      return try await registries.head(place).digest
    } catch {
      if error.kind == .notFound { return nil }
      throw error
    }
  }

  /// When the destination came to hold what it holds, and what it held before; nil where its history does not tell.
  private func lastCopy(
    to place: ImageReference, of entry: MirrorEntry, now digest: Digest
  ) async throws -> (Date, Digest)? {
    for item in try await backend.history.items(of: entry.source, limit: Self.recordsRead) {
      guard case .job(let job) = item else { continue }
      for record in job.destinations where record.reference == place.description && record.after == digest {
        if let before = record.before, before != digest { return (job.finished, before) }
      }
    }
    return nil
  }

  /// Of a row, newest first: what it did some hundred copies ago nobody asks.
  private static let recordsRead = 200
}
