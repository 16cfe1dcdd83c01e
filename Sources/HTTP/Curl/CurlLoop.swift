import CCurl
import Glibc

/// What the engine's thread does: transfers in flight, and one turn of libcurl at a time. Not for other threads.
final class CurlLoop {
  private let multi: MultiHandle
  private var running: [UnsafeMutableRawPointer: (transfer: Transfer, easy: EasyHandle)] = [:]
  private var handles: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]
  /// Hosts that agreed on HTTP/2 when last asked. Only there are new connections worth waiting for: at a host that
  /// hangs, all waiting transfers would run into the connect time-out one after the other.
  private var sharing: Set<String> = []
  private var idle: [UnsafeMutableRawPointer] = []

  init(_ multi: MultiHandle) {
    self.multi = multi
  }

  func start(_ transfer: Transfer) {
    guard transfer.start() else { return }
    guard let pointer = idle.popLast() ?? curl_easy_init() else {
      transfer.finish(.failure(HTTPError(.invalidRequest, host: transfer.url.authority, reason: "out of memory")))
      return
    }
    let waits = sharing.contains(transfer.url.authority)
    let easy = EasyHandle(pointer, for: transfer.request, to: transfer.url, waits: waits)
    let added = curl_multi_add_handle(multi.pointer, pointer)
    guard added == CURLM_OK else {
      recycle(pointer)
      transfer.finish(.failure(failure(of: transfer, String(cString: curl_multi_strerror(added)))))
      return
    }
    running[pointer] = (transfer, easy)
    handles[ObjectIdentifier(transfer)] = pointer
  }

  /// Takes a cancelled transfer off the network, unless it has ended meanwhile.
  func stop(_ transfer: Transfer) {
    guard let pointer = handles[ObjectIdentifier(transfer)] else { return }
    remove(pointer)
  }

  /// Moves what can be moved, answers what ended, then sleeps until a socket, a timer or `wake` has something to do.
  func turn() {
    var left: CInt = 0
    var outcome = curl_multi_perform(multi.pointer, &left)
    let ended = answerEnded()
    // A waiting transfer may take the place of one that ended: only another turn starts it.
    if outcome == CURLM_OK, !ended {
      outcome = curl_multi_poll(multi.pointer, nil, 0, running.isEmpty ? CInt.max : 60_000, nil)
    }
    if outcome != CURLM_OK {
      failAll { self.failure(of: $0, String(cString: curl_multi_strerror(outcome))) }
      usleep(10_000)
    }
  }

  /// Fails what is left and frees the handles.
  func end() {
    failAll { HTTPError(.shutDown, host: $0.url.authority) }
    for pointer in idle { curl_easy_cleanup(pointer) }
    idle = []
  }

  private func answerEnded() -> Bool {
    var any = false
    var left: CInt = 0
    while let message = curl_multi_info_read(multi.pointer, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle else { continue }
      let result = ec_message_result(message)
      guard let (transfer, easy) = running[pointer] else { continue }
      let outcome = easy.outcome(result)
      learn(from: outcome, of: transfer)
      remove(pointer)
      transfer.finish(outcome)
      any = true
    }
    return any
  }

  private func learn(from outcome: Transfer.Outcome, of transfer: Transfer) {
    let host = transfer.url.authority
    switch outcome {
    case .success(let response):
      if response.httpVersion == 2 { sharing.insert(host) }
    case .failure:
      guard sharing.remove(host) != nil else { return }
      for entry in running.values where entry.transfer.url.authority == host { entry.easy.stopWaiting() }
    }
  }

  private func failAll(_ error: (Transfer) -> HTTPError) {
    for (pointer, entry) in running {
      remove(pointer)
      entry.transfer.finish(.failure(error(entry.transfer)))
    }
  }

  private func failure(of transfer: Transfer, _ reason: String) -> HTTPError {
    HTTPError(.connectionLost, host: transfer.url.authority, reason: reason)
  }

  private func remove(_ pointer: UnsafeMutableRawPointer) {
    curl_multi_remove_handle(multi.pointer, pointer)
    if let entry = running.removeValue(forKey: pointer) {
      handles[ObjectIdentifier(entry.transfer)] = nil
    }
    recycle(pointer)
  }

  /// Keeps a few handles: making one costs more than resetting it.
  private func recycle(_ pointer: UnsafeMutableRawPointer) {
    curl_easy_reset(pointer)
    if idle.count < 64 {
      idle.append(pointer)
    } else {
      curl_easy_cleanup(pointer)
    }
  }
}
