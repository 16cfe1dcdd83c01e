import Testing

@testable import Terminal

@Suite struct DecoderFuzzTests {
  @Test("Of ten million bytes of sequences between harmless keys the harmless keys come, and nothing that acts")
  func tenMillion() {
    var stream = SequenceStream(seed: 10)
    var random = SplitMix(state: 17)
    var decoder = KeyDecoder()
    var (total, time) = (0, Duration.zero)
    while total < 10_000_000 {
      let (bytes, expected) = stream.make(count: 500_000)
      total += bytes.count
      var (came, strangers): ([UInt8], Set<Key>) = ([], [])
      var rest = bytes[...]
      while !rest.isEmpty {
        // Mostly as much as a terminal gives at once, often a few bytes.
        let size = random.next() & 3 == 0 ? Int(random.next() & 7) + 1 : Int(random.next() & 4095) + 1
        // Never as long as the pause that makes a key of an Esc.
        time += .milliseconds(Int(random.next() % 40))
        #expect(decoder.expire(at: time) == [])
        for key in decoder.feed(Array(rest.prefix(size)), at: time) {
          switch key {
          case "j": came.append(0x6a)
          case "k": came.append(0x6b)
          case .unknown, .paste: break
          default: strangers.insert(key)
          }
        }
        rest = rest.dropFirst(size)
      }
      #expect(strangers == [])
      #expect(came == expected)
      if !strangers.isEmpty || came != expected { return }
    }
    #expect(!decoder.isPending)
  }
}
