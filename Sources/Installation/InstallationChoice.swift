import AWSBackend
public import MirrorCore
import Support

/// Which installation is meant: a folder of this machine or a stack in AWS, as a command line and the environment say.
public struct InstallationChoice: Sendable, Equatable {
  /// `--local`: a folder; nil for the user's own.
  public var folder: String?
  /// `--stack`: a stack's name; nil for an installation on this machine.
  public var stack: String?
  /// `--region`.
  public var region: String?
  /// `--profile`.
  public var profile: String?

  /// - Parameter environment: `ECRMIRROR_STACK` names the stack where neither a folder nor a stack is given.
  /// - Throws: `MirrorError.invalid` where both are given, or one of them is empty.
  public init(
    folder: String? = nil, stack: String? = nil, region: String? = nil, profile: String? = nil,
    environment: [String: String]
  ) throws(MirrorError) {
    if folder != nil && stack != nil {
      throw MirrorError(.invalid, "--local and --stack cannot be combined: give one of them")
    }
    if folder?.isEmpty == true { throw MirrorError(.invalid, "--local needs a folder") }
    self.folder = folder
    self.stack = stack ?? (folder == nil ? environment[StackSettings.variable].flatMap { $0.isEmpty ? nil : $0 } : nil)
    self.region = region
    self.profile = profile
  }

  private init(folder: String? = nil, stack: String? = nil, region: String? = nil, profile: String? = nil) {
    self.folder = folder
    self.stack = stack
    self.region = region
    self.profile = profile
  }
}

extension InstallationChoice {
  /// The word for the user's own folder on this machine.
  public static let local = "local"

  /// Another installation, as a person at this one names it: `local`, a folder, which has a slash in its name, a stack
  /// of the configuration, or any other stack with the region and profile of this one.
  public func other(_ name: String, stacks: [String: StackReference], locations: Locations) -> InstallationChoice {
    if let known = stacks[name] {
      return InstallationChoice(stack: name, region: known.region, profile: known.profile)
    }
    if name == Self.local { return InstallationChoice(folder: locations.data) }
    if name.contains("/") { return InstallationChoice(folder: name) }
    return InstallationChoice(stack: name, region: region, profile: profile)
  }

  /// Of a folder that holds no store.
  func hasNoStore(_ path: String) -> MirrorError {
    let named = folder.map { "ecrmirror --local \($0.cleaned)" } ?? "ecrmirror"
    return MirrorError(
      .notFound,
      "there is no store in \(path.cleaned); check the path, or create one with `\(named) add SOURCE DESTINATION` or `\(named) import FILE`"
    )
  }

  /// What a person calls it before it is open: a stack's name, or a folder.
  public func title(_ locations: Locations) -> String {
    stack ?? folder ?? locations.data ?? Self.local
  }
}
