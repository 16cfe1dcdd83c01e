"""How often each operation was called."""

from collections import Counter

_counts: Counter[str] = Counter()


def count(operation: str) -> None:
    _counts[operation] += 1


def counts() -> dict[str, int]:
    return dict(sorted(_counts.items()))


def reset() -> None:
    _counts.clear()
