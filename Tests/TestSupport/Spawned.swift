import Glibc
import Support

/// Starts a program that nothing watches: a test tells it by its number, and ends it with SIGKILL, for other signals may
/// be blocked in the thread that starts it and so in the child.
///
/// - Parameter environment: `NAME=VALUE` each.
/// - Returns: the number of the child, which somebody is to wait for.
public func spawned(_ words: [String], environment: [String] = ["PATH=/usr/bin:/bin"]) throws -> Int32 {
  var (arguments, variables) = (words.map { strdup($0) } + [nil], environment.map { strdup($0) } + [nil])
  defer { (arguments + variables).forEach { free($0) } }
  var process = pid_t()
  let code = posix_spawnp(&process, words[0], nil, nil, &arguments, &variables)
  guard code == 0 else { throw SystemError("start \(words[0])", code: code) }
  return process
}
