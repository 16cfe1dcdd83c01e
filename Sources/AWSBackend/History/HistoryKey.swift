import AWSClient
import FoundationEssentials
import MirrorCore
import Support

/// How the history table is laid out: `Mirror` is its hash key and `At` its range key, both strings.
///
/// The hash key of a job's item is the row's key, of all others a word that begins with `#`, as no reference does. `At`
/// begins with a time, so that items of one hash key are in the order of time.
enum HistoryKey {
  static let mirror = "Mirror"
  static let at = "At"
  /// The index that has everything of a month: the hash key is `Month`, the range key `At`.
  static let index = "ByMonth"
  static let month = "Month"
  /// The hash key of runs and checks.
  static let runs = "#runs"

  /// The key of the only item of its kind.
  static func only(_ kind: String) -> DynamoItem { key(kind, "#") }

  static func key(_ mirror: String, _ at: String) -> DynamoItem {
    [Self.mirror: .string(mirror), Self.at: .string(at)]
  }

  /// `2026-11`, in UTC.
  static func month(of time: Date) -> String { String(time.rfc3339.prefix(7)) }

  /// The months from `newest` back to `oldest`.
  static func months(from newest: Date, backTo oldest: Date) -> [String] {
    let last = month(of: oldest)
    var months: [String] = []
    var (year, number) = parts(month(of: newest))
    while true {
      let text = "\(String(10000 + year).dropFirst())-\(String(100 + number).dropFirst())"
      if text < last { return months }
      months.append(text)
      (year, number) = number == 1 ? (year - 1, 12) : (year, number - 1)
    }
  }

  private static func parts(_ month: String) -> (Int, Int) {
    let numbers = month.split(separator: "-").compactMap { Int($0) }
    return (numbers.first ?? 1970, numbers.last ?? 1)
  }
}
