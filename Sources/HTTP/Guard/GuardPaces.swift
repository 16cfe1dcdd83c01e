public import Support

/// How fast what a `GuardProxy` serves may send and receive.
public struct GuardPaces: Sendable {
  /// Of what the program receives, whoever sends it: a registry's blobs often come from elsewhere.
  public var toClient: SharedPace?
  /// Of what it sends.
  public var toServer: SharedPace?

  public init(toClient: SharedPace? = nil, toServer: SharedPace? = nil) {
    self.toClient = toClient
    self.toServer = toServer
  }
}
