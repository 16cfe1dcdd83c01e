/// The manifest media types in use.
public enum MediaType {
  public static let ociIndex = "application/vnd.oci.image.index.v1+json"
  public static let ociManifest = "application/vnd.oci.image.manifest.v1+json"
  public static let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
  public static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
  public static let dockerSchema1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws"
  public static let dockerSchema1 = "application/vnd.docker.distribution.manifest.v1+json"

  /// What is asked for: lists before single images, so that the digest is that of the whole; schema 1 last. Without
  /// `q` values, which not every registry can read.
  static let accept = known.joined(separator: ", ")

  static let known = [ociIndex, dockerList, ociManifest, dockerManifest, dockerSchema1Signed, dockerSchema1]

  /// Whether the type is one of the two of Docker's schema 1, whose digest does not survive a copy.
  public static func isSchema1(_ type: String) -> Bool {
    type == dockerSchema1 || type == dockerSchema1Signed
  }
}
