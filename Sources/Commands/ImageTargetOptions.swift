import ArgumentParser
import Interchange
import Support

/// `--to`, `--scoped`, `--strip-registry` and `--map`.
struct ImageTargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      For forms that only name images: where they go. skopeo's form and lists put them under the last part of their \
      name, the others under all of it but the registry.
      """, valueName: "registry[/prefix]"))
  var to: String?

  @Flag(help: "With --to: under their whole name, registry first, as `skopeo sync --scoped` puts them.")
  var scoped = false

  @Flag(help: "With --to: under their name without the registry.")
  var stripRegistry = false

  @Option(
    help: ArgumentHelp(
      """
      Where what is on a registry, or under the beginning of a name, goes instead: quay.io=registry.example.com/quay. \
      May be given several times; the longest that fits counts.
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
        "--to is a registry, or one with the beginning of a name, as in registry.example.com/mirror, and not '\(to.cleaned.shortened(to: 100))'."
      )
    }
    if scoped && to == nil { throw ValidationError("--scoped goes with --to.") }
    if stripRegistry && to == nil { throw ValidationError("--strip-registry goes with --to.") }
    if scoped && stripRegistry { throw ValidationError("--scoped keeps the registry; leave out --strip-registry.") }
  }

  var target: ImageTarget? {
    if to == nil && map.isEmpty { return nil }
    return ImageTarget(prefix: to, layout: scoped ? .whole : stripRegistry ? .path : nil, maps: map)
  }
}
