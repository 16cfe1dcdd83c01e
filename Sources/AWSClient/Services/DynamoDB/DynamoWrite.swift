/// One write to one item, by itself or in a transaction.
public struct DynamoWrite: Sendable, Equatable {
  enum Kind: String { case put = "Put", update = "Update", delete = "Delete" }

  let kind: Kind
  let table: String
  /// Of a put.
  var item: DynamoItem?
  /// Of the other two.
  var key: DynamoItem?
  var update: DynamoExpression?
  let condition: DynamoExpression?

  /// Writes the whole item over whatever there is under its key.
  public static func put(
    _ item: DynamoItem, into table: String, if condition: DynamoExpression? = nil
  ) -> DynamoWrite {
    DynamoWrite(kind: .put, table: table, item: item, condition: condition)
  }

  /// Changes some attributes, and makes the item where there is none and the condition allows it.
  ///
  /// - Parameter update: such as `SET … REMOVE … ADD …`.
  public static func update(
    _ key: DynamoItem, in table: String, _ update: DynamoExpression, if condition: DynamoExpression? = nil
  ) -> DynamoWrite {
    DynamoWrite(kind: .update, table: table, key: key, update: update, condition: condition)
  }

  public static func delete(
    _ key: DynamoItem, from table: String, if condition: DynamoExpression? = nil
  ) -> DynamoWrite {
    DynamoWrite(kind: .delete, table: table, key: key, condition: condition)
  }

  /// What became of a write.
  public enum Outcome: Sendable, Equatable {
    case written
    /// The condition did not hold, and nothing was written.
    ///
    /// - Parameter existing: the item as it is; nil where there is none, or the service does not say.
    case refused(existing: DynamoItem?)
  }

  var request: DynamoRequest {
    var request = DynamoRequest(table)
    request.item = item
    request.key = key
    request.update = update
    request.condition = condition
    return request
  }
}
