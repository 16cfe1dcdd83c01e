import Glibc

/// `ecrmirror-fuzz` names the targets; `ecrmirror-fuzz TARGET [OPTION OF LIBFUZZER…]` runs one.
@main
enum Main {
  static func main() {
    guard let name = CommandLine.arguments.dropFirst().first else {
      for target in FuzzTarget.all { print(target.name, target.longest) }
      return
    }
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
      say("there is no target '\(name)'")
      exit(2)
    }
    chosen = target
    // The target's name takes the place of the program's.
    var count = CommandLine.argc - 1
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
    exit(runDriver(&count, &arguments, once))
  }
}

/// Written once, before the first input.
private nonisolated(unsafe) var chosen = FuzzTarget.all[0]

private let once: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { bytes, count in
  do throws(Broken) {
    try chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  } catch {
    say("BROKEN \(chosen.name): \(error)")
    abort()
  }
}

private func say(_ words: String) {
  let line = Array("\(words)\n".utf8)
  _ = write(2, line, line.count)
}

/// Of libFuzzer: https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ once: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
