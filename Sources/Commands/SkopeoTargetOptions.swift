import ArgumentParser
import Interchange

/// `--to` and `--scoped`.
struct SkopeoTargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "For skopeo's form and lists, which name no destinations: where images go, under the last part of their name.",
      valueName: "registry[/prefix]"))
  var to: String?

  @Flag(help: "With --to: under their whole name, as `skopeo sync --scoped` puts them.")
  var scoped = false

  func validate() throws {
    if scoped && to == nil { throw ValidationError("--scoped goes with --to.") }
  }

  var target: SkopeoTarget? { to.map { SkopeoTarget(prefix: $0, isScoped: scoped) } }
}
