import OCIRegistry
import Support

/// How the images of a pack stand, by their places in the job's list. Those in neither part wait.
public struct PackProgress: Sendable, Equatable, Codable {
  /// The job is through with them, whatever became of them: the row and the history tell.
  public var through: Set<Int>
  public var underWay: Set<Int>
  /// Of those that it is through with, and of those that wait for its next try: what failed in this one.
  public var failed: Set<Int>

  public init(through: Set<Int> = [], underWay: Set<Int> = [], failed: Set<Int> = []) {
    (self.through, self.underWay, self.failed) = (through, underWay, failed)
  }

  private enum CodingKeys: CodingKey {
    case through, underWay, failed
  }

  /// A job of another version may say nothing of failures.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    through = try container.decode(Set<Int>.self, forKey: .through)
    underWay = try container.decode(Set<Int>.self, forKey: .underWay)
    failed = try container.decodeIfPresent(Set<Int>.self, forKey: .failed) ?? []
  }
}

/// How an image of a job stands in it.
public enum ImageStanding: String, Sendable, Equatable {
  case waiting
  case underWay = "under-way"
  case through
}

extension Job {
  /// How the image at this place of `images` stands.
  public func standing(at place: Int) -> ImageStanding {
    guard state.isLive else { return .through }
    if request.isPack {
      guard let pack = progress?.pack else { return .waiting }
      return pack.through.contains(place) ? .through : pack.underWay.contains(place) ? .underWay : .waiting
    }
    return state == .running ? .underWay : .waiting
  }

  /// Whether the image at this place of `images` failed in the try under way.
  public func hasFailed(at place: Int) -> Bool { progress?.pack?.failed.contains(place) ?? false }

  /// Its source, and how many images more it has: `r.example/app:1 +29`.
  public var title: String { request.title }

  /// The title without Docker Hub's defaults: `postgres:17`.
  public var shortTitle: String {
    guard let reference = try? ImageReference(request.source) else { return title.isEmpty ? name : title }
    return reference.familiar + title.dropFirst(request.source.count)
  }

  /// The sources whose images the job has still to do or is doing; all of a job with one image, while it lives.
  public var openSources: [String] {
    guard state.isLive else { return [] }
    guard request.isPack else { return [request.source] }
    let images = request.images
    return images.indices.filter { standing(at: $0) != .through }.map { images[$0].source }
  }
}

extension JobRequest {
  /// As the job's.
  public var title: String { others.isEmpty ? source : "\(source) +\(others.count)" }
}

extension PackProgress {
  /// `37 images done, 2 failed, 8 under way`.
  public var text: String {
    var parts = ["\(counted(through.subtracting(failed).count, "image")) done"]
    if !failed.isEmpty { parts.append("\(failed.count) failed") }
    if !underWay.isEmpty { parts.append("\(underWay.count) under way") }
    return parts.joined(separator: ", ")
  }
}
