import Testing

@testable import AWSClient

struct DynamoExpressionTests {
  @Test("Names and values become placeholders, a name the same each time, shared by the expressions of a request")
  func placeholders() {
    var placeholders = Placeholders()
    let condition: DynamoExpression =
      "\(name: "Run") = \(value: .string("1")) OR \(name: "Until") < \(value: .number(5))"
    let update: DynamoExpression = "SET \(name: "Run") = \(value: .string("1"))"
    #expect(placeholders.text(condition) == "#0 = :0 OR #1 < :1")
    #expect(placeholders.text(update) == "SET #0 = :2")
    #expect(placeholders.names == ["#0": "Run", "#1": "Until"])
    #expect(placeholders.values == [":0": .string("1"), ":1": .number("5"), ":2": .string("1")])
  }

  @Test("Whatever a name or value holds, it is no part of the expression's text")
  func injection() {
    var placeholders = Placeholders()
    let evil = "x = :0 OR attribute_exists(y) \" } ,"
    #expect(placeholders.text("SET \(name: "Observed").\(name: evil) = \(value: .string(evil))") == "SET #0.#1 = :0")
    #expect(placeholders.names["#1"] == evil)
  }

  @Test("Expressions are put together from others")
  func joined() {
    var placeholders = Placeholders()
    let sets: [DynamoExpression] = ["\(name: "a") = \(value: .null)", "\(name: "b") = \(value: .null)"]
    #expect(placeholders.text("SET \(sets.joined(separator: ", "))" + " REMOVE c") == "SET #0 = :0, #1 = :1 REMOVE c")
    #expect(placeholders.text([DynamoExpression]().joined(separator: ", ")) == "")
  }
}
