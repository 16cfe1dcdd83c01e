extension String {
  /// The word among these that this one was probably meant to be; nil where none is near.
  ///
  /// - Returns: the nearest by the fewest letters to add, take away, change or swap: two at most, and at most half of the
  ///   word.
  public func nearest(in words: some Sequence<String>) -> String? {
    let distances = words.map { (word: $0, distance: distance(to: $0)) }
    guard let best = distances.min(by: { $0.distance < $1.distance }), best.distance <= 2, best.distance * 2 <= count
    else { return nil }
    return best.word
  }

  /// Of two words for people, at most 64 letters each: Damerau's distance in its restricted form.
  private func distance(to other: String) -> Int {
    let (one, two) = (Array(prefix(64)), Array(other.prefix(64)))
    var before: [Int] = []
    var last = Array(0...two.count)
    for row in one.indices {
      var next = [row + 1]
      for column in two.indices {
        let isSame = one[row] == two[column]
        var cost = Swift.min(last[column + 1] + 1, next[column] + 1, last[column] + (isSame ? 0 : 1))
        if row > 0, column > 0, one[row] == two[column - 1], one[row - 1] == two[column] {
          cost = Swift.min(cost, before[column - 1] + 1)
        }
        next.append(cost)
      }
      (before, last) = (last, next)
    }
    return last[two.count]
  }
}
