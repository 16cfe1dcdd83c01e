import Support
import Testing

struct AmountTests {
  @Test(
    "Bytes are shown in the unit that suits them",
    arguments: [
      (Int64(0), "0 B"), (512, "512 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (3_565_158, "3.4 MiB"),
      (104_857_600, "100 MiB"), (Int64.max, "8388608 TiB"),
    ])
  func bytes(count: Int64, text: String) {
    #expect(count.inUnits == text)
  }

  @Test("What is done is said in the unit of the whole")
  func part() {
    #expect(Int64(13_107_200).inUnits(of: 28_311_552) == "12.5")
    #expect(Int64(512).inUnits(of: 1 << 20) == "0")
  }

  @Test("A noun follows its number", arguments: [(0, "0 jobs"), (1, "1 job"), (2, "2 jobs")])
  func plural(count: Int, text: String) {
    #expect(counted(count, "job") == text)
  }

  @Test(
    "A duration in its largest whole unit reads back as the same",
    arguments: ["90s", "15m", "36h", "2d", "1500ms", "0d"])
  func exact(text: String) {
    #expect(Duration(text: text)?.exact == text)
  }

  @Test(
    "What takes a moment has tenths of a second",
    arguments: [(0, "0.0s"), (840, "0.8s"), (9940, "9.9s"), (10_000, "10s"), (90_000, "1m")])
  func precise(milliseconds: Int, text: String) {
    #expect(Duration.milliseconds(milliseconds).precise == text)
  }

  @Test(
    "Bytes are read as people write them",
    arguments: [
      ("1048576", 1 << 20), ("20 MiB", 20 << 20), ("20MiB", 20 << 20), ("1.5GB", 1_500_000_000), ("500k", 500_000),
      ("7b", 7), ("1 TiB", 1 << 40), ("0", 0), ("", nil), ("MiB", nil), ("-1", nil), ("1 PiB", nil), ("1.MiB", nil),
      (".5MiB", nil), ("1.5.2MB", nil), ("9999999999TiB", nil), ("1 i", nil), ("1 Mi B", nil), ("٣ MiB", nil),
    ] as [(String, Int64?)])
  func read(text: String, bytes: Int64?) {
    #expect(Int64(bytes: text) == bytes)
  }
}
