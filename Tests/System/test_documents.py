"""What ARCHITECTURE.md names is there: folders, files, types, and what they do."""

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
