import Documents
import MirrorCore
import OCIRegistry
import Support

/// An image that a file names, without saying on which registry it goes.
struct NamedImage {
  let text: String
  let line: Int?
  /// Its name below `--to`, where the file says it.
  var repository: String?
  /// Its tag at the destination, where the file says another one than the source's.
  var tag: String?
  var options: [String: JSONValue] = [:]

  /// - Parameter usual: where it goes below `--to` if nothing was asked for.
  /// - Returns: a row. Without a tag it means `latest`, as it does to those who pull by it.
  func entry(to target: ImageTarget, usual: ImageTarget.Layout) throws(DocumentError) -> MirrorEntry {
    do {
      let image = try ImageReference(text)
      if tag == nil, image.tag == nil, image.digest != nil {
        throw DocumentError(
          line: line,
          "\(text.cleaned.shortened(to: 300)) has a digest but no tag for the destination; add it with `ecrmirror add`, where you can give one"
        )
      }
      let source = image.tag == nil && image.digest == nil ? "\(text):latest" : text
      let destination = try target.destination(of: image, usual: usual, named: repository)
      return MirrorEntry(
        source: source, destinations: [destination + (tag.map { ":\($0)" } ?? "")], options: options)
    } catch let error as DocumentError {
      throw error
    } catch {
      throw DocumentError(line: line, "\(error)")
    }
  }
}

extension ImportedRows {
  /// Adds an image, once however often it is named; a mistake is kept.
  mutating func add(_ image: NamedImage, to target: ImageTarget, usual: ImageTarget.Layout) {
    do throws(DocumentError) {
      try add(try image.entry(to: target, usual: usual), line: image.line, merging: true)
    } catch {
      keep(error)
    }
  }
}
