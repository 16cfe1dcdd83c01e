"""Who adds a state, a fault or a severity is told by the compiler where it is to be told apart."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = {
    "DestinationState": "Sources/MirrorCore/Model/DestinationState.swift",
    "Fault.Kind": "Sources/MirrorCore/Model/Fault.swift",
    "Severity": "Sources/MirrorCore/Model/Severity.swift",
}
# Words of other vocabularies too, which alone tell nothing.
SHARED = {
    "missing",
    "failed",
    "queued",
    "unknown",
    "disabled",
    "queue",
    "timer",
    "unreachable",
    "info",
    "good",
    "warning",
}


def words(path: str) -> set[str]:
    """The cases of the first enumeration in the file."""
    text = (ROOT / path).read_text()
    return set(re.findall(r"^ +case (\w+)(?: =.*)?$", text, re.MULTILINE))


def open_switches(text: str, words: set[str]) -> list[str]:
    """The first lines of switches over some of the words that leave the rest to `default`."""
    found = []
    for switch in re.finditer(r"^( *)([^\n]*\bswitch [^\n]*\{)\n(.*?)^\1\}", text, re.MULTILINE | re.DOTALL):
        cases = set()
        for line in re.findall(r"^ *case ([^:\n]*):", switch[3], re.MULTILINE):
            cases |= set(re.findall(r"\.(\w+)", line))
        if cases & (words - SHARED) and re.search(r"^ *default:", switch[3], re.MULTILINE):
            found.append(switch[2].strip())
    return found


@pytest.mark.parametrize(("kind", "table"), TABLES.items())
def test_no_switch_leaves_words_of_a_table_to_default(kind, table):
    known = words(table)
    assert len(known) > 5
    found = {
        str(path.relative_to(ROOT)): open_switches(path.read_text(), known)
        for path in (ROOT / "Sources").rglob("*.swift")
    }
    assert {path: switches for path, switches in found.items() if switches} == {}, f"a new {kind} would be overlooked"


def test_a_switch_with_a_default_is_found():
    text = "  var a: Int {\n    switch state {\n    case .drifted, .missing: 1\n    default: 2\n    }\n  }\n"
    assert open_switches(text, words(TABLES["DestinationState"])) == ["switch state {"]
    assert open_switches(text.replace("default", "case .inSync"), words(TABLES["DestinationState"])) == []
