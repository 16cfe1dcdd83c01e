/// What skopeo gets to see of the environment: what it and its libraries read, and nothing else. Keys, tokens and
/// sign-ins of this process are none of it; its credentials are in the auth document alone.
///
/// Credential helpers and a `credential_process`, which people name in files of their own, get all of it: what they need
/// is known to nobody else. So does a job process, which starts them.
enum SkopeoEnvironment {
  /// Of every program: where things are, and in what language to speak of them.
  private static let common: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME",
    "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_DIRS",
  ]

  /// Of Go's programs: the way out, whom to trust on it, and how much of the machine to use.
  private static let go: Set<String> = [
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "GODEBUG", "GOMAXPROCS", "GOMEMLIMIT", "GOGC",
  ]

  /// Of containers/image and containers/storage: files of configuration, and where keys of signatures are.
  private static let containers: Set<String> = [
    "CONTAINERS_CONF", "CONTAINERS_CONF_OVERRIDE", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF",
    "REGISTRIES_CONFIG_PATH", "STORAGE_DRIVER", "STORAGE_OPTS", "DOCKER_CONFIG", "GNUPGHOME",
  ]

  /// Our own: whose process it is, by which it is found when all else is gone. None is a secret.
  private static let own = "ECRMIRROR_"

  /// - Parameters:
  ///   - all: the environment of this process.
  ///   - caFile: what the configuration names beside the system's certificates, whose folders Go's programs read too.
  static func make(from all: [String: String], caFile: String?) -> [String: String] {
    var some = all.filter { name, _ in
      common.contains(name) || go.contains(name) || containers.contains(name) || name.hasPrefix("LC_")
        || name.hasPrefix(own)
    }
    if let caFile { some["SSL_CERT_FILE"] = caFile }
    return some
  }
}
