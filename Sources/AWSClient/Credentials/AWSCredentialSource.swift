/// Where credentials come from, as settings alone decide it: `SourceResolver` makes one, `CredentialFetcher` asks it.
indirect enum AWSCredentialSource: Sendable, Hashable {
  /// They stand in the environment or in a file.
  case keys(AWSCredentials)
  /// A role that other credentials may take on.
  case role(AssumedRole, of: AWSCredentialSource)
  case webIdentity(WebIdentity)
  case sso(SSOAccess)
  case process(CredentialProcess)
  case container(ContainerCredentials)
  case instance(InstanceMetadata)
}
