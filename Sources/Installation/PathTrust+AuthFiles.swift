import OCIRegistry
public import Support

extension PathTrust {
  /// Who else could change a file with sign-ins, or put another one in its place.
  ///
  /// - Returns: nil for nobody, and for a relative path, which is one in a folder that nobody can tell from here.
  public static func fault(ofAuthFile path: String) -> PathFault? {
    path.hasPrefix("/") ? fault(at: path, owner: nil) : nil
  }

  /// What somebody should know of those of the files that are there, as sentences.
  static func warnings(ofAuthFiles paths: [String]) -> [String] {
    paths.compactMap { path in
      guard FileStamp(path) != nil, let fault = fault(ofAuthFile: path) else { return nil }
      return "\(fault), and anyone who can change it can replace the sign-ins in \(path): \(fault.advice)"
    }
  }
}
