import FoundationEssentials
public import MirrorCore
import Support

/// Jobs with several images. The reservation of each source says whose it is: a job takes it up before it begins with the
/// image, and gives it back when it is through.
extension BatchQueue {
  /// A task on Fargate takes half a minute to start, and is billed a minute at least.
  public var packs: PackLimits? { PackLimits() }

  public func opened(_ order: JobOrder) async throws -> JobOrder {
    guard let list = order.list else { return order }
    let images = try await calling { try await lists.read([list])[list] }
    guard let images, let request = order.request.having(images) else {
      throw MirrorError(
        .invalid,
        "the list of images of job \(order.id.bounded) is no longer in the history table; the next run copies what is still out of sync"
      )
    }
    var order = order
    order.request = request
    return order
  }

  public func begin(_ image: JobImage, of order: JobOrder) async throws -> ImageTurn {
    guard let list = order.list else { return .attempt(order.attempt) }
    return try await calling {
      for _ in 0..<JobSubmitter.rounds {
        guard let held = try await reservations.read([image.source])[image.source], held.list == list,
          held.job == nil || held.job == order.id
        else { return .gone }
        // Its submitter is about to write down the job: this one, unless that one has ended meanwhile.
        let isSettled = held.job != nil || ReservationDecision(held, job: .unknown, now: .now) != .wait
        if isSettled {
          var new = held
          (new.job, new.begun) = (order.id, (held.begun ?? 0) + 1)
          if try await reservations.write([.init(source: image.source, old: held, new: new)]) {
            return .attempt(new.begun ?? 1)
          }
        }
        try await Task.sleep(for: pace.poll)
      }
      throw MirrorError(.backend, "the reservation of \(image.source.bounded) keeps changing; try again")
    }
  }

  public func settle(_ image: JobImage, of order: JobOrder) async throws {
    guard let list = order.list else { return }
    try await calling {
      guard let held = try await reservations.read([image.source])[image.source], held.list == list,
        held.job == order.id
      else { return }
      // Where it changed meanwhile it is another's.
      _ = try await reservations.write([.init(source: image.source, old: held, new: nil)])
    }
  }

  public func withdraw(_ source: String, from job: String) async throws -> Bool {
    try await calling {
      guard let held = try await reservations.read([source])[source], held.job == job, held.list != nil,
        held.begun == nil
      else { return false }
      return try await reservations.write([.init(source: source, old: held, new: nil)])
    }
  }
}
