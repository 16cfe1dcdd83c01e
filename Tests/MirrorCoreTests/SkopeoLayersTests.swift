import Foundation
import Logging
import MemoryBackend
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

/// How many layers of an image skopeo copies at once.
@Suite struct SkopeoLayersTests {
  private func copy(_ layers: Int?, _ script: String) async throws -> CopyFailure? {
    let folder = try TemporaryFolder()
    let program = try folder.write("skopeo", "#!/bin/sh\n\(script)\n", mode: 0o700)
    var skopeo = Skopeo(executable: program, configuration: RegistryConfiguration())
    skopeo.layers = layers
    let copy = ImageCopy(try ImageReference("127.0.0.1:1/a:1"), to: try ImageReference("127.0.0.1:1/b:1"))
    let registries = MemoryRegistries().client
    let auth = try await AuthDocument.make(for: [], AnonymousAccess())
    defer { auth.remove() }
    let route = try SkopeoRoute(copy, registries)
    do throws(CopyFailure) {
      try await skopeo.copy(
        copy, route, auth: auth, environment: [:], logger: Logger(label: "test"),
        traffic: ProcessTraffic(), onThrottled: { _ in }, onLine: { _ in })
      return nil
    } catch {
      return error
    }
  }

  @Test("skopeo is told a number of layers where the configuration has one, and nothing otherwise")
  func told() async throws {
    let told = #"case " $* " in *" --image-parallel-copies 12 "*) exit 0 ;; esac; exit 1"#
    #expect(try await copy(12, told) == nil)
    #expect(try await copy(nil, told) != nil)
  }

  @Test("One that is too old for it is named, with the setting that asks for it") func old() async throws {
    let old = #"echo 'time="now" level=fatal msg="unknown flag: --image-parallel-copies"' >&2; exit 1"#
    let failure = try #require(try await copy(12, old))
    #expect(failure.verdict == .badInput && failure.reason.contains("take `layers` out of `worker`"))
  }
}
