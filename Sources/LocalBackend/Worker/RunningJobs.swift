import MirrorCore
import Support

/// The attempts that a worker has under way, and what they leave of the rooms for others.
final class RunningJobs: Sendable {
  private struct State {
    var processes: [JobID: JobProcess] = [:]
    var rooms: CopyRooms
    var ended = 0
    var failure: (any Error)?
  }

  private let state: Lock<State>
  private let start = ContinuousClock.now

  init(_ rooms: CopyRooms) {
    state = Lock(State(rooms: rooms))
  }

  private var now: Duration { start.duration(to: .now) }

  var isEmpty: Bool { state.withLock(\.processes.isEmpty) }
  var hasRoom: Bool { state.withLock(\.rooms.hasRoom) }
  /// How many have ended so far.
  var ended: Int { state.withLock(\.ended) }

  /// Why the worker can go on no longer, the first reason: no job is begun any more, and those under way end what they
  /// began.
  var failure: (any Error)? { state.withLock(\.failure) }

  func note(_ failure: any Error) { state.withLock { $0.failure = $0.failure ?? failure } }

  /// As they stand, to choose a job by.
  var rooms: (CopyRooms, now: Duration) { (state.withLock(\.rooms), now) }

  /// Jobs were passed over.
  func note(_ answers: [CopyRooms.Answer]) {
    state.withLock { state in
      for answer in answers { state.rooms.note(answer, now: now) }
    }
  }

  func begin(_ process: JobProcess) {
    state.withLock { state in
      state.processes[process.claim.id] = process
      state.rooms.begin(process.claim.route, now: now)
    }
  }

  func end(_ process: JobProcess, _ end: JobEnd) {
    state.withLock { state in
      state.processes[process.claim.id] = nil
      state.ended += 1
      state.rooms.end(process.claim.route, end, began: start.duration(to: process.began), now: now)
    }
  }

  /// Stops what is to be stopped.
  ///
  /// - Returns: when this has to be done again, whatever happens.
  func stopIfDue(_ cancellations: [JobID: String]) -> ContinuousClock.Instant? {
    state.withLock { Array($0.processes.values) }.map { $0.stopIfDue(cancellations[$0.claim.id]) }.min()
  }
}
