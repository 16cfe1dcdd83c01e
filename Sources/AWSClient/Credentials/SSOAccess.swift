import CCrypto
import FoundationEssentials
import HTTP
import Support

/// A role in an account, by way of IAM Identity Center and the session that `aws sso login` began.
struct SSOAccess: Sendable, Hashable {
  var profile: String
  var startURL: String
  var region: String
  var accountID: String
  var roleName: String
  /// Of the newer form, with a `[sso-session]`; nil for the older one, where it all stands in the profile.
  var session: String?
  /// Where `aws sso login` leaves tokens.
  var cacheFolder: String

  /// What `aws sso login` names the file of this session.
  var tokenFile: String {
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    let name = Array((session ?? startURL).utf8)
    EVP_Digest(name, name.count, &digest, nil, EVP_sha1(), nil)
    return "\(cacheFolder)/\(hexadecimal(digest)).json"
  }

  func fetch(_ fetcher: CredentialFetcher) async throws(AWSCredentialError) -> AWSCredentials {
    let token = try await token(fetcher)
    let query = formEncoded([("role_name", roleName), ("account_id", accountID)])
    var call = ServiceClient.Operation("GetRoleCredentials", method: "GET", path: "/federation/credentials?\(query)")
    call.isSigned = false
    call.headers["x-amz-sso_bearer_token"] = token.text
    let body: [UInt8]
    do throws(AWSError) {
      body = try await fetcher.client(.sso, region: region).send(call, body: []).body
    } catch {
      if case .service(let answer) = error.kind, answer.status == 401 { throw ended }
      throw AWSCredentialError(
        error, "cannot get credentials for the role \(roleName) in account \(accountID) of the profile '\(profile)'")
    }
    guard let keys = try? JSONDecoder().decode(Answer.self, from: Data(body)).roleCredentials,
      let expires = Date(outside: keys.expiration / 1000)
    else {
      throw AWSCredentialError(.unavailable, "IAM Identity Center did not answer with credentials in JSON")
    }
    return try AWSCredentials(
      id: keys.accessKeyId, secret: keys.secretAccessKey, token: keys.sessionToken,
      expires: expires, from: "IAM Identity Center")
  }

  private struct Answer: Decodable {
    var roleCredentials: Keys

    struct Keys: Decodable {
      var accessKeyId: String
      var secretAccessKey: String
      var sessionToken: String
      /// Milliseconds.
      var expiration: Double
    }
  }

  /// The session's token, renewed where it is about to end and can be.
  private func token(_ fetcher: CredentialFetcher) async throws(AWSCredentialError) -> SSOToken {
    guard let token = try SSOToken(file: tokenFile) else { throw ended }
    let now = fetcher.now()
    if token.expires > now + SSOToken.renewalWindow { return token }
    guard let renewal = token.renewal(at: now) else {
      guard token.expires > now else { throw ended }
      return token
    }
    let failure: AWSCredentialError
    do throws(AWSCredentialError) {
      let new = try await renewal.renew(token, in: region, fetcher)
      new.save(to: tokenFile)
      return new
    } catch {
      failure = error
    }
    if failure.kind == .cancelled { throw failure }
    // Another program may have renewed it meanwhile, which ends this renewal.
    if let other = try SSOToken(file: tokenFile), other.expires > fetcher.now() { return other }
    throw failure.kind == .expired ? ended : failure
  }

  private var ended: AWSCredentialError {
    AWSCredentialError(
      .expired, "the SSO session of the profile '\(profile)' has expired",
      advice: "run `aws sso login --profile \(ShellWords.quote(profile))`, and this continues automatically")
  }
}
