import CCurl
import Glibc
import Support

/// The certificates of several files as one text, since libcurl takes one: read again when a file changes.
enum AuthorityBundle {
  /// What is read of a file at most; a system's own bundle has some 220 KB.
  private static let limit = 16 << 20

  private struct Kept: Sendable {
    var stamps: [FileStamp?]
    var bytes: [UInt8]
  }

  private static let kept = Lock<[[String]: Kept]>([:])

  /// - Parameters:
  ///   - base: the file to begin with; nil for the system's own.
  ///   - authorities: those beside it.
  /// - Throws: where a file cannot be read.
  static func bytes(_ base: String?, _ authorities: [String]) throws(SystemError) -> [UInt8] {
    let files = [base ?? system].compactMap(\.self) + authorities
    let stamps = files.map { FileStamp($0) }
    if let known = kept.withLock({ $0[files] }), known.stamps == stamps { return known.bytes }
    var bytes: [UInt8] = []
    for file in files { bytes += try readFile(file, limit: limit) + [UInt8(ascii: "\n")] }
    kept.withLock { $0[files] = Kept(stamps: stamps, bytes: bytes) }
    return bytes
  }

  /// The file that this libcurl was built to look into; nil where it was built for none.
  private static let system: String? = {
    guard let handle = curl_easy_init() else { return nil }
    defer { curl_easy_cleanup(handle) }
    var path: UnsafePointer<CChar>?
    ec_get_string(handle, CURLINFO_CAINFO, &path)
    return path.map { String(cString: $0) }.flatMap { access($0, R_OK) == 0 ? $0 : nil }
  }()
}
