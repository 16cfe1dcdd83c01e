"""How often each operation was called, and how often within one second at most."""

import time
from collections import Counter, deque
from typing import Any

from . import capacity

_counts: Counter[str] = Counter()
_recent: dict[str, deque[float]] = {}
_peaks: Counter[str] = Counter()


def count(operation: str) -> None:
    _counts[operation] += 1
    now, recent = time.monotonic(), _recent.setdefault(operation, deque())
    recent.append(now)
    while recent[0] <= now - 1:
        recent.popleft()
    _peaks[operation] = max(_peaks[operation], len(recent))


def counts() -> dict[str, Any]:
    requests, peaks = dict(sorted(_counts.items())), dict(sorted(_peaks.items()))
    return {"requests": requests, "peaks": peaks, "readUnits": capacity.total()}


def take() -> dict[str, Any]:
    """What was counted, and starts anew: in one step, so that no call between the two is lost."""
    counted = counts()
    for each in (_counts, _recent, _peaks):
        each.clear()
    capacity.reset()
    return counted
