import MirrorCore

@testable import TUI

extension Sample {
  /// Rows as somebody might write them who means harm or comes from far away: wide and combining characters, control
  /// and bidirectional ones, and no end of them.
  static let unruly: [MirrorRow] =
    [
      ("漢字/イメージ:最新", "Destination は数字です"),
      ("cafe\u{301}/re\u{301}sume\u{301}:1", "e\u{301}\u{327}\u{323}\u{330} has four marks, of which three are kept"),
      ("\u{202e}gpj.exe\u{202c}:1", "turned \u{2066}round\u{2069}\u{200f}"),
      ("\u{1b}[2J\u{7}bell:1", "\u{9b}31mred\u{9c} and \u{8}\u{8}\u{8}back"),
      ("👩‍👩‍👧/family:🇪🇺", "joined \u{200d} and coloured 👍🏽"),
      (String(repeating: "あ", count: 300), String(repeating: "長い ", count: 300)),
    ].map { source, reason in MirrorRow(UnreadableRow(source: source, reason: reason)) }
    + [mirror("docker.io/library/wide:1", to: ["x.io/wide:1"], .failed, since: 9, error: "認証に失敗しました: 拒否")]
    .map { MirrorRow($0) }
}
