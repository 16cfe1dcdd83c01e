import Documents
import OCIRegistry
import Support

/// Reads a file that skopeo reads too, of at most 1 MiB.
///
/// - Throws: `MachineFileFault` with file and line.
func readMachineFile<Value>(
  _ file: String, _ parse: ([UInt8]) throws(DocumentError) -> Value
) throws(MachineFileFault) -> Value {
  let bytes: [UInt8]
  do throws(SystemError) {
    bytes = try readFile(file, limit: 1 << 20)
  } catch {
    throw MachineFileFault("\(error)")
  }
  do throws(DocumentError) {
    return try parse(bytes)
  } catch {
    throw MachineFileFault("\(file)\(error.line.map { ", line \($0)" } ?? ""): \(error.reason)")
  }
}
