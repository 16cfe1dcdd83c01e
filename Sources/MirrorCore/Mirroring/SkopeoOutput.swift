public import OCIRegistry
import Support

/// Follows a copy by the lines that skopeo prints when it is not on a terminal: one for each image, blob and manifest,
/// none with bytes.
///
/// Sizes come from elsewhere, by `know(size:of:)`, and how much went over the network, by `note(sent:)`; all may come in
/// any order.
public struct SkopeoOutput: Sendable, Equatable {
  /// Blobs whose copy has begun, in order, each once.
  public private(set) var blobs: [Digest] = []
  private var seen: Set<Digest> = []
  private var finished: Set<Digest> = []
  private var inImage: Set<Digest> = []
  private var sizes: [Digest: Int64] = [:]
  /// What went over the network, and what of it were blobs that have arrived.
  private var sent: Int64 = 0
  private var arrived: Int64 = 0
  private var images = JobProgress.Count(done: 0, total: 1)
  private var isIndex = false

  /// Of an index: its manifest is read up to 8 MiB, with a hundred bytes for each.
  private static let mostImages: Int64 = 100_000

  public init() {}

  /// - Returns: the blob that the line is about, the first time it is named.
  public mutating func note(_ line: String) -> Digest? {
    let words = line.split(separator: " ")
    switch words.first {
    case "Copying" where words.count >= 3 && (words[1] == "blob" || words[1] == "config"):
      return begin(words[2], isConfig: words[1] == "config")
    case "Copying" where words.count >= 4 && words[2] == "of":
      // "Copying 2 of 3 images in list"
      isIndex = true
      images.total = Int64(words[1]).flatMap { 1...Self.mostImages ~= $0 ? $0 : nil } ?? images.total
    case "Copying" where words.count >= 2 && words[1] == "image":
      inImage = []
    case "Writing" where words.count >= 3 && words[1] == "manifest" && words[2] == "to":
      // Every blob of the image is at the destination before its manifest is written.
      finish(inImage)
    case "Storing" where words.count >= 2 && words[1] == "signatures":
      images.done += 1
    default:
      break
    }
    return nil
  }

  private mutating func begin(_ text: Substring, isConfig: Bool) -> Digest? {
    guard let digest = try? Digest(text) else { return nil }
    // Layers are at the destination before the configuration that names them.
    if isConfig { finish(inImage) }
    inImage.insert(digest)
    guard seen.insert(digest).inserted else { return nil }
    blobs.append(digest)
    return digest
  }

  public mutating func know(size: Int64, of blob: Digest) {
    guard sizes.updateValue(max(size, 0), forKey: blob) == nil, finished.contains(blob) else { return }
    account(for: max(size, 0))
  }

  /// What skopeo has written in all, nearly all of it blobs on their way: so bytes move while a blob does.
  public mutating func note(sent bytes: Int64) {
    sent = max(sent, bytes)
  }

  /// A blob that was found to be at the destination already.
  public mutating func noteArrival(of blob: Digest) {
    if seen.contains(blob) { finish([blob]) }
  }

  /// The copy has ended well: whatever began is there.
  public mutating func noteEnd() {
    finish(seen)
    images.done = max(images.total ?? images.done, images.done)
  }

  private mutating func finish(_ blobs: Set<Digest>) {
    account(for: bytes(of: blobs.subtracting(finished)))
    finished.formUnion(blobs)
  }

  /// A blob that was there before takes nothing of what was sent, which then is another's.
  private mutating func account(for bytes: Int64) {
    arrived += min(max(sent - arrived, 0), bytes)
  }

  /// Blobs that have begun and not arrived.
  public var underWay: [Digest] {
    blobs.filter { !finished.contains($0) }
  }

  /// The counts so far; bytes have a total once the size of every blob that has begun is known.
  ///
  /// Of blobs on their way counts what was sent and is not another's that has arrived.
  public func progress(to destination: String, destinations: JobProgress.Count) -> JobProgress {
    let known = blobs.allSatisfy { sizes[$0] != nil }
    let onTheWay = min(max(sent - arrived, 0), bytes(of: underWay))
    return JobProgress(
      phase: .copying, destination: destination, destinations: destinations, images: images,
      blobs: JobProgress.Count(done: Int64(finished.count), total: Int64(blobs.count)),
      bytes: JobProgress.Count(
        done: bytes(of: finished).plus(onTheWay),
        total: known && !blobs.isEmpty ? expectedBytes : nil))
  }

  /// What the whole copy moved, where the sizes of all blobs are known; else what went over the network.
  public var moved: Int64 { blobs.allSatisfy { sizes[$0] != nil } ? bytes(of: blobs) : sent }

  /// The bytes of the blobs seen, scaled to all images of an index while some have not begun: its images are of a size.
  private var expectedBytes: Int64 {
    let seenBytes = bytes(of: blobs)
    guard let total = images.total, isIndex else { return seenBytes }
    let begun = min(images.done + (underWay.isEmpty ? 0 : 1), total)
    return begun > 0 ? (seenBytes / begun).times(total).plus(seenBytes % begun) : seenBytes
  }

  /// A registry may say of a blob that it is of any size.
  private func bytes(of blobs: some Sequence<Digest>) -> Int64 {
    blobs.reduce(0) { $0.plus(sizes[$1] ?? 0) }
  }
}
