"""A rate as AWS's limits count it: a bucket that fills at so many a second, and holds one second's worth."""

import time


class Rate:
    def __init__(self) -> None:
        self._tokens: float | None = None
        self._at = 0.0

    def allows(self, rate: float) -> bool:
        """Takes one token, if there is one; 0 means no limit."""
        if rate <= 0:
            return True
        now = time.monotonic()
        tokens = rate if self._tokens is None else min(rate, self._tokens + (now - self._at) * rate)
        self._at = now
        self._tokens = tokens - 1 if tokens >= 1 else tokens
        return tokens >= 1
