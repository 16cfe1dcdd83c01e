"""Pages of lists: the token is the place where the next page begins."""

from collections.abc import Sequence
from typing import Any

from .names import client_error


def page(items: Sequence[Any], request: dict[str, Any], most: int, key: str) -> dict[str, Any]:
    """One page as the answer has it, with a token if there is more. `maxResults` above `most` gives `most`."""
    size = request.get("maxResults") or most
    if size < 1:
        raise client_error("maxResults must be at least 1.")
    token = request.get("nextToken") or "0"
    if not token.isdigit():
        raise client_error("nextToken is invalid.")
    start, size = int(token), min(size, most)
    answer: dict[str, Any] = {key: list(items[start : start + size])}
    if start + size < len(items):
        answer["nextToken"] = str(start + size)
    return answer
