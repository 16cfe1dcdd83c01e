import OCIRegistry
import Testing

@Suite struct DigestTests {
  @Test(
    "SHA-256 is that of FIPS 180-4's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
  func sha256(text: String, hex: String) throws {
    let digest = Digest.sha256(of: Array(text.utf8))
    #expect(digest.description == "sha256:\(hex)")
    #expect(digest.short == String(hex.prefix(12)))
    #expect(try Digest("sha256:\(hex)") == digest)
    #expect(digest.matches(Array(text.utf8)) == true)
    #expect(digest.matches([0]) == false)
  }

  @Test func otherAlgorithmsAreCheckedWhereTheyAreKnown() throws {
    let abc512 =
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    #expect(try Digest("sha512:\(abc512)").matches(Array("abc".utf8)) == true)
    #expect(try Digest("blake3+b:" + String(repeating: "aZ_=", count: 8)).matches([]) == nil)
  }

  @Test(
    "What is no digest is refused",
    arguments: [
      ("", 1), ("sha256", 7), (":", 1), ("sha256:", 8), ("sha256:zz", 8), ("SHA256:aa", 1), ("a..b:00", 3),
      ("sha256:" + String(repeating: "A", count: 64), 8), ("sha256:" + String(repeating: "a", count: 65), 72),
      ("x:" + String(repeating: "a", count: 31), 34), ("x:" + String(repeating: "a", count: 300), 257),
    ])
  func refuses(text: String, column: Int) {
    let error = #expect(throws: ReferenceError.self) { try Digest(text) }
    #expect(error?.column == column, "\(error?.description ?? "")")
  }
}
