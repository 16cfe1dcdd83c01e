import AWSClient
import MirrorCore
import Support

/// How an attempt at a job ended, from what AWS Batch, ECS and the exit code say together.
enum AttemptOutcome: Sendable, Equatable {
  case exited(Int)
  /// AWS took the machine back: nobody's fault. With its words.
  case interrupted(String)
  case timedOut
  case outOfMemory
  /// The container never ran; why.
  case notStarted(String)
  /// Somebody wanted the job stopped, and said why.
  case stopped(String)
  /// In the words of the service; nil where it has none.
  case unexplained(String?)
}

extension AttemptOutcome {
  /// - Parameters:
  ///   - reason: what is said of the container.
  ///   - statusReason: what is said of the attempt.
  init(exitCode: Int?, reason: String?, statusReason: String?) {
    let texts = [statusReason, reason].compactMap(\.self)
    func said(_ beginnings: String...) -> String? {
      texts.first { text in beginnings.contains { text.hasPrefix($0) } }
    }
    // A container that was stopped has an exit code too: why it was stopped goes first.
    if said("Job attempt duration exceeded timeout") != nil {
      self = .timedOut
    } else if let text = said("Your Spot Task was interrupted", "Host EC2") {
      self = .interrupted(text)
    } else if said("OutOfMemoryError") != nil {
      self = .outOfMemory
    } else if let exitCode {
      self = .exited(exitCode)
    } else {
      self = texts.last.map(AttemptOutcome.notStarted) ?? .unexplained(nil)
    }
  }

  /// Why the job failed, or is tried again; nil after a success.
  var sentence: String? {
    switch self {
    case .exited(0): nil
    // As a shell tells it of a process that a signal ended.
    case .exited(let code) where code > 128: "it was killed by signal \(code - 128)"
    case .exited(let code): Verdict.sentence(exitCode: code)
    case .interrupted(let words): "it was interrupted, as AWS reclaimed its machine: \(words.bounded)"
    case .timedOut: "it took longer than its time-out"
    case .outOfMemory: "it ran out of memory; raise the memory in the job definition"
    case .notStarted(let words): "it could not be started: \(words.bounded)"
    case .stopped(let reason): reason.bounded
    case .unexplained(let words): words.map(\.bounded) ?? "AWS Batch does not say why"
    }
  }

  /// The process's own word, where it had the last one.
  var exitCode: Int? {
    if case .exited(let code) = self, code <= 128 { return code }
    return nil
  }

  /// For the attempt's record; nil where the exit code says it.
  var note: String? {
    switch self {
    case .exited(let code) where code <= 128: nil
    case .exited(let code): "killed by signal \(code - 128)"
    case .interrupted(let words): "interrupted: \(words.bounded)"
    case .timedOut: "timed out"
    case .outOfMemory: "out of memory"
    default: sentence
    }
  }
}

extension String {
  /// Words of a service, safe to show.
  var bounded: String { cleaned.shortened(to: 500) }
}
