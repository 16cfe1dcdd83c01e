"""Each promise of docs/security.md names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROMISES = (ROOT / "docs" / "security.md").read_text().partition("## Promises")[2]
BULLETS = [line for line in PROMISES.splitlines() if line.startswith("- ")]


def texts_by_name() -> dict[str, str]:
    """The text of each file of tests, by its name without `.swift`, and of Swift's suites by theirs."""
    found = {path.name: path.read_text() for path in (ROOT / "Tests").rglob("test_*.py")}
    for path in (*(ROOT / "Tests").rglob("*.swift"), *(ROOT / "Fuzz" / "Tests").rglob("*.swift")):
        text = path.read_text()
        for suite in (path.stem, *re.findall(r"\b(?:struct|class|enum|extension) (\w+Tests)\b", text)):
            found[suite] = found.get(suite, "") + text
    return found


def missing(bullet: str, known: dict[str, str]) -> list[str]:
    """What a promise names that is no test."""
    code = [name.removeprefix("Tests/System/") for name in re.findall(r"`([^`]+)`", bullet)]
    homes = [name for name in code if re.fullmatch(r"\w+Tests|test_\w+\.py", name)]
    if not homes:
        return ["any test"]
    text = "".join(known.get(name, "") for name in homes)
    titles = [name for name in code if re.fullmatch(r"test_\w+", name)] + re.findall(r'"([^"]{15,})"', bullet)
    return [name for name in homes if name not in known] + [title for title in titles if title not in text]


def test_there_are_promises_about_everybody_who_is_not_trusted():
    sections = re.split(r"^### .*$", PROMISES, flags=re.MULTILINE)[1:]
    assert len(sections) >= 6
    assert all(re.search(r"^- ", section, re.MULTILINE) for section in sections)


@pytest.mark.parametrize("bullet", BULLETS, ids=lambda bullet: bullet[2:40])
def test_a_promise_names_the_tests_that_hold_it(bullet):
    assert missing(bullet, texts_by_name()) == []


def test_a_promise_with_a_wrong_name_is_noticed():
    known = {"StoreTests": '@Test("A link in a store is refused")'}
    assert missing('- A. `StoreTests` "A link in a store is refused"', known) == []
    assert missing("- A.", known) == ["any test"]
    assert missing("- A. `OtherTests`", known) == ["OtherTests"]
    assert missing('- A. `StoreTests` "A link in a store is followed"', known) == ["A link in a store is followed"]
