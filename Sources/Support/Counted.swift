/// A number of things for a person: `1 job`, `2 jobs`, `0 jobs`.
///
/// - Parameter noun: one whose plural ends in `s`.
public func counted(_ count: Int, _ noun: String) -> String { "\(count) \(plural(count, noun))" }

/// The noun alone, as the number asks for it.
public func plural(_ count: Int, _ noun: String) -> String { count == 1 ? noun : noun + "s" }
