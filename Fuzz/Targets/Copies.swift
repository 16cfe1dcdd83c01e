import MirrorCore
import OCIRegistry
import Support

extension FuzzTarget {
  /// What skopeo prints while it copies.
  static let copies = FuzzTarget("copies") { bytes throws(Broken) in
    var output = SkopeoOutput()
    var splitter = LineSplitter()
    var size: Int64 = 1
    for line in splitter.feed(bytes) + [splitter.finish()].compactMap(\.self) {
      if let blob = output.note(line) {
        size = size &* 31 &+ 7
        output.know(size: size & 0xff_ffff_ffff, of: blob)
        if size & 8 == 0 { output.noteArrival(of: blob) }
      }
      output.note(sent: size & 0xff_ffff_ffff)
      let progress = output.progress(to: "d", destinations: .init(done: 0, total: 1))
      let (blobs, images) = (progress.blobs, progress.images)
      try hold(progress.bytes.done >= 0 && output.moved >= 0, "\(progress)")
      try hold(0...(blobs.total ?? .max) ~= blobs.done && images.done >= 0, "\(progress)")
    }
    try hold(Set(output.blobs).count == output.blobs.count, "a blob is there twice")
    try hold(Set(output.underWay).isSubset(of: output.blobs), "a blob that never began is under way")
  }
}
