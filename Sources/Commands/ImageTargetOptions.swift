import ArgumentParser
import Interchange
import Support

/// `--to`, `--scoped`, `--strip-registry` and `--map`.
struct ImageTargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      For formats that only name images: where they go. skopeo's format and lists put them under the last part of their \
      name, the others under all of it except the registry.
      """, valueName: "registry[/prefix]"))
  var to: String?

  @Flag(help: "With --to: under their whole name, registry first, as `skopeo sync --scoped` puts them.")
  var scoped = false

  @Flag(help: "With --to: under their name without the registry.")
  var stripRegistry = false

  @Option(
    help: ArgumentHelp(
      """
      Where images of a registry, or below a name prefix, go instead: quay.io=registry.example.com/quay. \
      May be given several times; the longest match wins.
      """, valueName: "from=to"),
    transform: { text in
      do throws(NameMap.Mistake) {
        return try NameMap(text)
      } catch {
        throw ValidationError("\(error)")
      }
    })
  var map: [NameMap] = []

  func validate() throws {
    if let to, !ImageTarget.isPrefix(to) {
      throw ValidationError(
        "--to must be a registry, or a registry and a name prefix, as in registry.example.com/mirror, not '\(to.cleaned.shortened(to: 100))'."
      )
    }
    if scoped && to == nil { throw ValidationError("--scoped requires --to.") }
    if stripRegistry && to == nil { throw ValidationError("--strip-registry requires --to.") }
    if scoped && stripRegistry { throw ValidationError("--scoped and --strip-registry cannot be combined.") }
  }

  var target: ImageTarget? {
    if to == nil && map.isEmpty { return nil }
    return ImageTarget(prefix: to, layout: scoped ? .whole : stripRegistry ? .path : nil, maps: map)
  }
}
