"""The table of figures and bounds, `RESULTS.md`: a part that is measured anew takes the place of its rows there."""

import os
import re
import statistics
import time
from dataclasses import astuple, dataclass, fields
from pathlib import Path

MET, MISSED, NO_BOUND = "yes", "**no**", "-"


@dataclass(frozen=True)
class Row:
    part: str
    work: str
    figure: str
    # The same work by the least that could do it, in the same run.
    beside: str
    ratio: str
    bound: str
    met: str
    measured: str


TITLES = ("part", "work", "figure", "beside it", "ratio", "bound", "met", "measured")
INTRODUCTION = """# Figures

`make bench` measures and writes this; `make bench PARTS="fill looks"` writes only the rows of those parts anew. What \
stands beside a figure is measured in the same run, turn by turn, and ratios are medians of such pairs: they say more \
than seconds do, which depend on the machine and on what else it does, as its load says. A figure is a median unless \
it says otherwise; memory is the most that the largest process held.
"""


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def spread(values: list[float]) -> str:
    """The median, and the least of all: what a machine that is busy with something else takes from it."""
    return f"{seconds(statistics.median(values))} (best {seconds(min(values))})"


def milliseconds(value: float) -> str:
    """Of seconds, where a tenth of one counts."""
    return f"{value * 1000:.1f} ms"


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def mebibytes(value: float) -> str:
    return f"{value / (1 << 20):.0f} MiB"


def row_line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") or "-" for cell in cells) + " |"


def page(machine: str, rows: list[Row]) -> str:
    lines = [INTRODUCTION, machine, "", row_line(TITLES), "|" + "---|" * len(TITLES)]
    return "\n".join(lines + [row_line(astuple(row)) for row in rows]) + "\n"


def rows_of(text: str) -> list[Row]:
    """The rows of a page that was written so."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == len(fields(Row)) and tuple(cells) != TITLES:
            found.append(Row(*cells))
    return found


def merged(old: list[Row], new: list[Row], order: tuple[str, ...]) -> list[Row]:
    """`new` with those of `old` whose part was not measured, in the order of the parts."""
    measured = {row.part for row in new}
    rows = [row for row in old if row.part not in measured and row.part in order] + new
    return sorted(rows, key=lambda row: order.index(row.part))


def machine(cpuinfo: str, meminfo: str, processors: int, tools: list[str]) -> str:
    """The machine in words, without its name: its processors, memory, and the versions of what is beside."""
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    kib = re.search(r"^MemTotal:\s*(\d+)", meminfo, re.MULTILINE)
    parts = [f"{processors} x {model.group(1).strip() if model else 'processors'}"]
    if kib:
        parts.append(f"{int(kib.group(1)) / 1024 / 1024:.0f} GiB")
    return "Machine: " + ", ".join([*parts, *tools]) + "."


def measured_now() -> str:
    return f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())}, load {os.getloadavg()[0]:.1f}"


class Results:
    """Rows as they are measured."""

    def __init__(self):
        self.rows: list[Row] = []

    def add(
        self,
        part: str,
        work: str,
        figure: str,
        *,
        beside: str = "-",
        ratio: float | None = None,
        bound: str = "-",
        met: bool | None = None,
    ):
        row = Row(
            part, work, figure, beside, f"{ratio:.2f}" if ratio is not None else "-", bound,
            NO_BOUND if met is None else MET if met else MISSED, measured_now(),
        )  # fmt: skip
        self.rows.append(row)
        told = f"; {row.beside}" if row.beside != "-" else ""
        print(f"  {work}: {figure}{told}; ratio {row.ratio}; bound {bound}: {row.met}", flush=True)

    def forget(self, part: str) -> None:
        """A part that came to no end has no rows: what was there before stays."""
        self.rows = [row for row in self.rows if row.part != part]

    def write(self, path: Path, order: tuple[str, ...], machine: str) -> None:
        old = rows_of(path.read_text()) if path.exists() else []
        path.write_text(page(machine, merged(old, self.rows, order)))
