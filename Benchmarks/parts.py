"""Parts of what is measured, one after the other: one that fails keeps no other from being measured."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from results import Results


def measure(
    parts: dict[str, Callable[[], None]],
    wanted: list[str],
    results: Results,
    page: Path,
    place: str,
    order: tuple[str, ...],
) -> list[str]:
    """Measures the parts that are wanted, and writes the page after each.

    A part that fails, or that comes to no row, keeps the rows that it had there.

    Returns: the parts that failed.
    """
    failed = []
    for name in wanted:
        print(name, flush=True)
        try:
            parts[name]()
            if not any(row.part == name for row in results.rows):
                raise LookupError("it measured nothing")
        except Exception as error:
            traceback.print_exc()
            print(f"{name} failed: {error}", file=sys.stderr, flush=True)
            results.forget(name)
            failed.append(name)
        results.write(page, order, place)
    if failed:
        print(f"not measured, its rows stay as they were: {', '.join(failed)}", file=sys.stderr, flush=True)
    return failed
