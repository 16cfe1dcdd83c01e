public import ArgumentParser
public import Interchange

extension InterchangeFormat: ExpressibleByArgument {}

/// Runs what reads or writes a file in one of the forms; options that do not go with the form are a misuse of the
/// command.
func asUsage<Value>(_ work: () throws -> Value) throws -> Value {
  do {
    return try work()
  } catch let misuse as InterchangeMisuse {
    throw ValidationError(misuse.description)
  }
}
