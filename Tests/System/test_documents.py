"""What ARCHITECTURE.md names is there: folders, files, types, and what they do."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
FOLDERS = "Sources|Tests|Fuzz|cfn|containers|packaging|scripts|docs|Benchmarks"


def named(text: str) -> list[str]:
    """What stands as code in the text, but for the picture."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


@cache
def sources() -> dict[str, str]:
    """For each type or target of the program and the backend in memory the text of all that declares or extends it."""
    found: dict[str, str] = {}
    for path in [*(ROOT / "Sources").rglob("*.swift"), *(ROOT / "Tests/MemoryBackend").rglob("*.swift")]:
        text = path.read_text()
        kinds = r"\b(?:struct|enum|class|actor|protocol|extension|typealias|case) `?([\w.]+)"
        for name in {part for whole in re.findall(kinds, text) for part in whole.split(".")}:
            found[name] = found.get(name, "") + text
    for path in (ROOT / "Sources").iterdir():
        found.setdefault(path.name, "")
    return found


def missing(name: str) -> bool:
    """Whether a path, a type `Words`, or something of a type, `Words.add`, is not there."""
    if re.match(rf"({FOLDERS})/", name):
        return not (ROOT / name).exists()
    if re.fullmatch(r"[\w/+.-]+", name) and ("/" in name or re.search(r"\.(swift|py|yaml|md)$", name)):
        return not any((ROOT / folder / name).exists() for folder in (".", "Sources"))
    if match := re.fullmatch(r"([A-Z]\w*[a-z]\w*)(?:\.([a-z]\w*))?(?:\(.*\))?", name):
        kind, member = match.groups()
        if kind not in sources():
            return not (ROOT / name).exists()
        return member is not None and not re.search(rf"\b(?:func|var|let|case) {member}\b", sources()[kind])
    return False


def test_what_the_architecture_names_is_there():
    assert [name for name in named(ARCHITECTURE) if missing(name)] == []


@pytest.mark.parametrize(
    ("name", "is_missing"),
    [
        ("Sources/MirrorCore", False),
        ("Sources/MirrorCart", True),
        ("MirrorCore/Mirroring", False),
        ("Package.swift", False),
        ("Packet.swift", True),
        ("MirrorService", False),
        ("MirrorSurface", True),
        ("MirrorService.sweep", False),
        ("MirrorService.sleep", True),
        ("ECRMIRROR_FUZZ=1", False),
        ("make fuzz", False),
    ],
)
def test_a_wrong_name_is_noticed(name, is_missing):
    assert missing(name) == is_missing


def rows_of(table: str) -> set[str]:
    """What the first column of a table of docs/table.md names."""
    return {name for row in re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}


def test_the_document_of_the_table_names_what_is_read():
    document = (ROOT / "docs/table.md").read_text()
    attributes, rest = document.split("`Tags`, of which", 1)
    tags, options = rest.split("\n`Options`:", 1)
    item = (ROOT / "Sources/AWSBackend/Table/MirrorItem.swift").read_text()
    known = re.findall(r'"(\w+)"', re.search(r"static let definition = \[(.*)\]", item)[1])
    assert rows_of(attributes) == {"Source", *known, "Observed"}
    rule = (ROOT / "Sources/MirrorCore/Model/TagRule.swift").read_text()
    assert rows_of(tags) == set(re.search(r"CodingKeys: CodingKey \{ case (.*) \}", rule)[1].split(", "))
    keys = {
        name
        for path in (ROOT / "Sources/MirrorCore/Model").glob("*.swift")
        for name in re.findall(r'static let key = "(\w+)"', path.read_text())
    }
    assert keys <= rows_of(options)


def test_the_example_of_the_table_is_an_import(account):
    example = re.search(r"```json\n(.*?)```", (ROOT / "docs/table.md").read_text(), re.DOTALL)[1]
    (account.folder / "rows.json").write_text(example)
    account.ecrmirror("import", "rows.json")
    account.ecrmirror("export", "again.json")
    again = json.loads((account.folder / "again.json").read_text())["mirrors"]
    for wanted, found in zip(json.loads(example)["mirrors"], again, strict=True):
        assert found["options"] == wanted["options"] and found["destinations"] == wanted["destinations"]
        assert wanted["tags"].items() <= found["tags"].items()
