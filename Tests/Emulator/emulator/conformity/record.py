"""What did not fit, in the order in which it was seen first, for whoever runs the emulator."""

HEADER = "x-emulator-fault"
"""Names the fault in the answer to it, where a client cannot overlook it."""

_found: dict[str, int] = {}


def add(sentence: str) -> None:
    _found[sentence] = _found.get(sentence, 0) + 1


def listed() -> list[str]:
    return list(_found)


def clear() -> None:
    _found.clear()
