import FoundationEssentials
import Glibc
import Testing

@testable import MirrorCore

/// What skopeo gets: an environment without secrets, and credentials that nobody finds afterwards.
struct SkopeoEnvironmentTests {
  @Test(
    "Nothing that may be a secret is handed on",
    arguments: [
      "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_BATCH_JOB_ID",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "GITHUB_TOKEN",
      "REGISTRY_AUTH_FILE",
      "DOCKER_AUTH_CONFIG", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "LD_PRELOAD", "BASH_ENV", "aws_secret", "path",
      "DOCKER_HOST", "PASSWORD", "XDG_SECRET", "lc_all",
    ])
  func secrets(name: String) {
    #expect(SkopeoEnvironment.make(from: [name: "x", "PATH": "/bin"], caFile: nil) == ["PATH": "/bin"])
  }

  @Test(
    "What it needs is there",
    arguments: [
      "PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "XDG_RUNTIME_DIR", "HTTP_PROXY", "https_proxy", "NO_PROXY",
      "SSL_CERT_FILE", "SSL_CERT_DIR", "CONTAINERS_REGISTRIES_CONF", "GNUPGHOME", "ECRMIRROR_JOB",
    ])
  func needs(name: String) {
    #expect(SkopeoEnvironment.make(from: [name: "x", "AWS_SECRET_ACCESS_KEY": "y"], caFile: nil) == [name: "x"])
  }

  @Test("The configuration's certificates come before the environment's")
  func certificates() {
    let some = SkopeoEnvironment.make(from: ["SSL_CERT_FILE": "/a", "HOME": "/h"], caFile: "/b")
    #expect(some == ["SSL_CERT_FILE": "/b", "HOME": "/h"])
  }

  @Test("An auth document in memory can be read again and again, changed by nobody, and is in no folder")
  func memory() throws {
    let document = try #require(AuthDocument.inMemory(Array("{}".utf8)))
    let descriptor = try #require(document.input)
    #expect(document.path == "/proc/self/fd/0")
    for _ in 0..<2 {
      #expect(try String(contentsOf: URL(filePath: "/proc/self/fd/\(descriptor)"), encoding: .utf8) == "{}")
    }
    #expect(write(descriptor, "x", 1) < 0 && ftruncate(descriptor, 0) < 0)
    var status = stat()
    #expect(fstat(descriptor, &status) == 0 && status.st_mode & 0o777 == 0o600 && status.st_nlink == 0)
    document.remove()
  }
}
