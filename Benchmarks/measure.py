"""A command, and what it cost."""

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from results import Results, mebibytes, seconds, spread

MIB = 1024 * 1024
# A watchdog for a loaded machine: the longest is a hundred thousand mirrors, or a line with one copy at a time.
WITHIN = 1800


@dataclass(frozen=True)
class Cost:
    # Seconds until the command ended, and seconds of processor of it and of all that it started.
    wall: float
    processor: float
    # Bytes of its largest process.
    peak: int


class Failed(Exception):
    pass


def run(
    *command: str | Path,
    environment: dict[str, str],
    folder: Path,
    output: Path | None = None,
    exit: tuple[int, ...] = (0,),
) -> Cost:
    """`output` is where its standard output goes, nowhere otherwise."""
    words = list(map(str, command))
    report, errors = folder / "account.json", folder / "account.log"
    report.unlink(missing_ok=True)
    with errors.open("wb") as log, (output or Path("/dev/null")).open("wb") as out:
        subprocess.run(
            [sys.executable, "-ISS", str(Path(__file__).with_name("account.py")), str(report), *words],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=log,
            timeout=WITHIN,
            check=True,
        )
    found = json.loads(report.read_text())
    if found["exit"] not in exit or found["lingered"]:
        what = "what it started did not end" if found["lingered"] else f"exit code {found['exit']}"
        raise Failed(f"{' '.join(words)}: {what}\n{errors.read_text(errors='replace')[-2000:]}")
    return Cost(found["wall"], found["processor"], found["peak"])


def median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.processor for cost in costs),
        round(statistics.median(cost.peak for cost in costs)),
    )


def words(costs: list[Cost]) -> str:
    cost = median(costs)
    return f"{spread([cost.wall for cost in costs])}, {seconds(cost.processor)} of processor, {mebibytes(cost.peak)}"


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of the pairs' ratios: a machine that is slow for a while is so for both of a pair."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def add_processor(
    results: Results, part: str, what: str, ours: list[Cost], skopeos: list[Cost], *, copies: int = 1
) -> None:
    """The processor time of each of `copies` above skopeo's own in the same pair, and what it may be."""
    above = statistics.median((a.processor - b.processor) / copies for a, b in zip(ours, skopeos, strict=True))
    results.add(
        part,
        f"{what}: processor time{' of a copy' if copies > 1 else ''} above skopeo's",
        seconds(above),
        beside=f"{seconds(median(skopeos).processor / copies)} skopeo's",
        ratio=ratio([cost.processor for cost in ours], [cost.processor for cost in skopeos]),
        bound="≤ 20 ms",
        met=above <= 0.02,
    )
