import CCurl
import Glibc
import Support

/// What the engine's thread does: transfers in flight, and one turn of libcurl at a time. Not for other threads.
final class CurlLoop {
  private let multi: MultiHandle
  private var running: [UnsafeMutableRawPointer: (transfer: Transfer, easy: EasyHandle)] = [:]
  private var handles: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]
  /// Hosts that agreed on HTTP/2 when last asked. Only there are new connections worth waiting for: at a host that
  /// hangs, all waiting transfers would run into the connect time-out one after the other.
  private var sharing: Set<String> = []
  private var idle = IdleHandles()
  /// When libcurl wants to be called though no socket has anything.
  private var due: ContinuousClock.Instant?

  init(_ multi: MultiHandle) {
    self.multi = multi
    let context = Unmanaged.passUnretained(self).toOpaque()
    ec_multi_set_pointer(multi.pointer, CURLMOPT_SOCKETDATA, context)
    ec_multi_set_socket_callback(multi.pointer) { _, socket, what, context, _ in
      guard let context else { return 0 }
      Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().multi.poller.watch(socket, what)
      return 0
    }
    ec_multi_set_pointer(multi.pointer, CURLMOPT_TIMERDATA, context)
    ec_multi_set_timer_callback(multi.pointer) { _, milliseconds, context in
      guard let context else { return 0 }
      Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().due =
        milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
      return 0
    }
  }

  func start(_ transfer: Transfer) {
    guard transfer.start() else { return }
    let waits = sharing.contains(transfer.url.authority)
    guard let easy = EasyHandle(for: transfer.request, to: transfer.url, waits: waits, from: &idle) else {
      transfer.finish(.failure(HTTPError(.invalidRequest, host: transfer.url.authority, reason: "out of memory")))
      return
    }
    let pointer = easy.pointer
    let added = curl_multi_add_handle(multi.pointer, pointer)
    guard added == CURLM_OK else {
      easy.recycle(to: &idle)
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

  /// Sleeps until a socket, a timer or `wake` has something to do, moves what can be moved, and answers what ended.
  func turn() {
    var outcome = CURLM_OK
    func act(_ socket: curl_socket_t, _ what: CInt) {
      var left: CInt = 0
      let result = curl_multi_socket_action(multi.pointer, socket, what, &left)
      if result != CURLM_OK { outcome = result }
    }
    multi.poller.wait(untilDue, act)
    if let due, due <= .now {
      self.due = nil
      act(curl_socket_t(CURL_SOCKET_BAD), 0)
    }
    answerEnded()
    if outcome != CURLM_OK {
      failAll { self.failure(of: $0, String(cString: curl_multi_strerror(outcome))) }
      usleep(10_000)
    }
  }

  /// In whole milliseconds, rounded up; negative for ever.
  private var untilDue: CInt {
    guard let due else { return -1 }
    return CInt(min(max((due - .now).seconds * 1000, 0).rounded(.up), 60_000))
  }

  /// Fails what is left and frees the handles.
  func end() {
    defer {
      // What libcurl says while it closes connections is for nobody any more.
      ec_multi_set_socket_callback(multi.pointer, nil)
      ec_multi_set_timer_callback(multi.pointer, nil)
    }
    failAll { HTTPError(.shutDown, host: $0.url.authority) }
    idle.free()
  }

  private func answerEnded() {
    var left: CInt = 0
    while let message = curl_multi_info_read(multi.pointer, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle else { continue }
      let result = ec_message_result(message)
      guard let (transfer, easy) = running[pointer] else { continue }
      let outcome = easy.outcome(result)
      learn(from: outcome, of: transfer)
      remove(pointer)
      transfer.finish(outcome)
    }
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
    guard let entry = running.removeValue(forKey: pointer) else { return }
    handles[ObjectIdentifier(entry.transfer)] = nil
    entry.easy.recycle(to: &idle)
  }
}
