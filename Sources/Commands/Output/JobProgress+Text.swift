import MirrorCore
import Support

extension JobProgress {
  /// For a person: `image 1 of 2, 12.5 of 27 MiB`.
  var text: String {
    var parts: [String] = []
    if let pack { return "\(pack.text), \(bytes.done.inUnits)" }
    if let total = destinations.total, total > 1 { parts.append("destination \(destinations.done + 1) of \(total)") }
    if let total = images.total, total > 1 { parts.append("image \(min(images.done + 1, total)) of \(total)") }
    if bytes.done > 0 || bytes.total != nil {
      parts.append(bytes.total.map { "\(bytes.done.inUnits(of: $0)) of \($0.inUnits)" } ?? bytes.done.inUnits)
    } else if let total = blobs.total, total > 0 {
      parts.append("\(blobs.done) of \(total) blobs")
    }
    return parts.isEmpty ? phase.rawValue : parts.joined(separator: ", ")
  }
}
