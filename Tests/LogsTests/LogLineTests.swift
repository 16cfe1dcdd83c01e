import FoundationEssentials
import Logging
import Testing

@testable import Logs

@Suite("One line for each message")
struct LogLineTests {
  let date = Date(timeIntervalSince1970: 1_795_464_000.25)

  private func event(
    _ message: String, _ level: Logger.Level = .info, _ metadata: Logger.Metadata? = nil
  ) -> LogEvent {
    LogEvent(
      level: level, message: "\(message)", metadata: metadata, source: nil, file: "f", function: "f", line: 1)
  }

  private func json(
    _ event: LogEvent, _ context: Logger.Metadata = [:]
  ) throws -> (text: String, fields: [String: String]) {
    var handler = JSONLogHandler(label: "control", descriptor: 1, level: .info)
    handler.metadata = context
    let text = handler.line(for: event, at: date)
    return (text, try JSONDecoder().decode([String: String].self, from: Data(text.utf8)))
  }

  @Test("a JSON line begins with Lambda's own fields and has run, job and source flat beside them")
  func fields() throws {
    let line = try json(
      event("copied", .warning, ["source": "a/b:1"]), ["run": "r1", "job": "j1", "requestId": "8476a536"])
    let expected =
      #"{"timestamp":"2026-11-23T20:00:00.250Z","level":"WARN","message":"copied","label":"control","#
      + #""job":"j1","requestId":"8476a536","run":"r1","source":"a/b:1"}"#
    #expect(line.text == expected)
  }

  @Test(
    "levels have the names that Lambda filters by",
    arguments: zip(
      Logger.Level.allCases, ["TRACE", "DEBUG", "INFO", "INFO", "WARN", "ERROR", "FATAL"]))
  func levels(level: Logger.Level, name: String) throws {
    #expect(try json(event("x", level)).fields["level"] == name)
  }

  @Test(
    "whatever is logged stays one valid JSON line without control characters",
    arguments: [
      "a\"b\\c", "two\nlines\r\n", "\u{1b}[31mred\u{0}\u{7f}\u{9b}", "\u{202e}txt", "\\u0041", "é\u{301}🐟", "\u{2028}",
      "",
    ])
  func hostile(text: String) throws {
    let line = try json(event(text, .info, ["k\(text)": "\(text)"]))
    #expect(!line.text.unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
    #expect(!line.text.unicodeScalars.contains { ["\u{2028}", "\u{202e}"].contains($0) })
    #expect(line.fields.count == 5)
    if text == "a\"b\\c" || text == "\\u0041" { #expect(line.fields["message"] == text) }
  }

  @Test("a message or value of any length leaves a line of bounded length, cut visibly")
  func long() throws {
    let endless = String(repeating: "x", count: 1_000_000)
    // One character of a million scalars.
    let stacked = "e" + String(repeating: "\u{301}", count: 1_000_000)
    let line = try json(event(endless, .info, ["value": "\(stacked)"]), ["source": "\(endless)"])
    #expect(line.text.utf8.count < 8192)
    #expect(line.fields["message"]?.hasSuffix("…") == true)
  }

  @Test("metadata under the name of a fixed field hides nothing")
  func collision() throws {
    let line = try json(event("true", .info, ["message": "false", "level": "none"]))
    #expect(line.fields["message"] == "true")
    #expect(line.fields["_message"] == "false")
    #expect(line.fields["level"] == "INFO")
  }

  @Test("a text line ends with what the logger carries, except in a job's own log")
  func text() {
    var handler = LineLogHandler(descriptor: 1, level: .info)
    handler.metadata = ["run": "r1", "source": "hidden by the message's own"]
    let event = event("left\nout", .warning, ["source": "a/b:1"])
    #expect(handler.line(for: event, at: date) == "2026-11-23T20:00:00Z warning left out source=a/b:1 run=r1")
    var own = LineLogHandler(descriptor: 1, level: .info, repeatsContext: false)
    own.metadata = handler.metadata
    #expect(own.line(for: event, at: date) == "2026-11-23T20:00:00Z warning left out source=a/b:1")
  }
}
