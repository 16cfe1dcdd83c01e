import CCurl
import Glibc
import Support

/// The thread that owns libcurl's multi handle, and the locked inbox through which others hand it work.
final class CurlEngine: Sendable {
  private struct Inbox {
    var multi: MultiHandle?
    var submitted: [Transfer] = []
    var stopped: [Transfer] = []
    var isClosed = false

    /// The thread has been woken for what is in the inbox already.
    var isWoken: Bool { isClosed || !submitted.isEmpty || !stopped.isEmpty }
  }

  private let inbox = Lock(Inbox())
  private let thread = Lock<pthread_t?>(nil)

  init(connectionsPerHost: Int) {
    guard curlIsReady, let poller = SocketPoller() else {
      inbox.withLock { $0.isClosed = true }
      return
    }
    guard let handle = curl_multi_init() else {
      poller.close()
      inbox.withLock { $0.isClosed = true }
      return
    }
    let connections = Self.connections(openFiles: Self.mostOpenFiles)
    ec_multi_set_long(handle, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    ec_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, min(connectionsPerHost, connections))
    // Idle connections make room for new ones.
    ec_multi_set_long(handle, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections)
    ec_multi_set_long(handle, CURLMOPT_MAXCONNECTS, connections)
    // Servers allow a hundred or more; libcurl by itself takes no more than a hundred.
    ec_multi_set_long(handle, CURLMOPT_MAX_CONCURRENT_STREAMS, 256)
    let multi = MultiHandle(pointer: handle, poller: poller)
    inbox.withLock { $0.multi = multi }
    start(multi)
  }

  /// How many connections there may be in all: half of the files that a process may have open, for stores, pipes and
  /// listeners need some too. The usual limit, also Lambda's, is 1,024.
  static func connections(openFiles: Int) -> Int { min(max(openFiles / 2, 1), 512) }

  private static var mostOpenFiles: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    return Int(min(limit.rlim_cur, 1 << 20))
  }

  /// - Returns: false when the engine is shut down.
  func enqueue(_ transfer: Transfer) -> Bool {
    inbox.withLock { inbox in
      if inbox.isClosed { return false }
      let isWoken = inbox.isWoken
      inbox.submitted.append(transfer)
      if !isWoken { inbox.multi?.wake() }
      return true
    }
  }

  /// Has a running transfer taken off the network; its waiter has been answered.
  func stop(_ transfer: Transfer) {
    inbox.withLock { inbox in
      let isWoken = inbox.isWoken
      inbox.stopped.append(transfer)
      if !isWoken { inbox.multi?.wake() }
    }
  }

  /// Fails what is waiting and running, then ends the thread. Every call returns after the thread ended, save one
  /// made on the thread itself.
  func shutDown() {
    inbox.withLock { inbox in
      inbox.isClosed = true
      inbox.multi?.wake()
    }
    thread.withLock { thread in
      guard let id = thread else { return }
      thread = nil
      if pthread_equal(id, pthread_self()) != 0 {
        pthread_detach(id)
      } else {
        pthread_join(id, nil)
      }
    }
  }

  private func start(_ multi: MultiHandle) {
    let work = Unmanaged.passRetained(Work { self.run(multi) })
    var id = pthread_t()
    let failure = pthread_create(
      &id, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    if failure == 0 {
      thread.withLock { [id] in $0 = id }
    } else {
      work.release()
      close(multi)
    }
  }

  private func run(_ multi: MultiHandle) {
    // Signals are for the program's own threads; a write to a closed connection raises SIGPIPE here.
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)

    let loop = CurlLoop(multi)
    while true {
      let (submitted, stopped, isClosed) = inbox.withLock { inbox in
        defer {
          inbox.submitted = []
          inbox.stopped = []
        }
        return (inbox.submitted, inbox.stopped, inbox.isClosed)
      }
      for transfer in submitted { loop.start(transfer) }
      for transfer in stopped { loop.stop(transfer) }
      if isClosed { break }
      loop.turn()
    }
    loop.end()
    close(multi)
  }

  private func close(_ multi: MultiHandle) {
    let left = inbox.withLock { inbox in
      inbox.isClosed = true
      inbox.multi = nil
      defer { inbox.submitted = [] }
      return inbox.submitted
    }
    for transfer in left {
      transfer.finish(.failure(HTTPError(.shutDown, host: transfer.url.authority)))
    }
    curl_multi_cleanup(multi.pointer)
    multi.poller.close()
  }

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }
}

/// libcurl's multi handle. Everything but `wake` belongs to the engine's thread.
struct MultiHandle: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  let poller: SocketPoller

  func wake() { poller.wake() }
}

/// libcurl's global state, made once for the process.
private let curlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
