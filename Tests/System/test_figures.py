"""The table of figures: what was measured anew takes the place of what was, and the rest stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "Benchmarks"
sys.path.insert(0, str(FOLDER))

from measure import Cost, Failed, median, ratio, run  # noqa: E402
from results import Results, Row, machine, merged, page, rows_of, seconds  # noqa: E402

CPUINFO = "processor : 0\nmodel name\t: Quick CPU @ 2 GHz\n\nprocessor : 1\nmodel name\t: Quick CPU @ 2 GHz\n"
ORDER = ("fill", "looks", "tables")


def row(part: str, figure: str, met: str = "yes") -> Row:
    return Row(part, f"work of {part}", figure, "-", "1.10", "≤ 1 s", met, "2026-11-29 16:00, load 1.0")


def test_a_page_reads_back_as_the_rows_it_was_written_from():
    rows = [row("fill", "1.0 s (best 0.9 s)"), row("looks", "2.0 s", "**no**")]
    assert rows_of(page("Machine: 2 x CPU.", rows)) == rows


def test_a_part_that_is_measured_anew_replaces_its_rows_and_parts_that_are_gone_go():
    old = [row("fill", "old"), row("looks", "kept"), row("former", "gone")]
    assert [found.figure for found in merged(old, [row("tables", "new"), row("fill", "new")], ORDER)] == [
        "new", "kept", "new",
    ]  # fmt: skip


def test_a_bound_that_is_missed_is_said_to_be(tmp_path, capsys):
    results = Results()
    results.add("looks", "a | b", "2 s", ratio=1.5, bound="≤ 1 s", met=False)
    results.add("fill", "whole", "1 s", bound="≤ 1 s", met=True)
    results.add("fill", "other", "1 s")
    results.write(tmp_path / "RESULTS.md", ORDER, "Machine: 2 x CPU.")
    found = rows_of((tmp_path / "RESULTS.md").read_text())
    assert [(row.work, row.ratio, row.met) for row in found] == [
        ("whole", "-", "yes"), ("other", "-", "-"), ("a / b", "1.50", "**no**"),
    ]  # fmt: skip


def test_the_machine_is_told_without_its_name():
    words = machine(CPUINFO, "MemTotal:       8388608 kB\n", 2, ["skopeo 1.9.3"])
    assert words == "Machine: 2 x Quick CPU @ 2 GHz, 8 GiB, skopeo 1.9.3."
    assert machine("", "", 4, []) == "Machine: 4 x processors."


@pytest.mark.parametrize(("value", "words"), [(0.0254, "25 ms"), (1.234, "1.23 s"), (31.84, "31.8 s")])
def test_seconds_are_told_with_three_digits(value, words):
    assert seconds(value) == words


def test_medians_are_of_pairs():
    assert ratio([1, 20, 3], [1, 10, 1]) == 2
    assert median([Cost(1, 5, 10), Cost(2, 6, 30), Cost(9, 1, 20)]) == Cost(2, 5, 20)


def test_a_cost_counts_what_a_command_left_behind(tmp_path):
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    script = f"{sys.executable} -ISSc '{burn}' & exit 0"
    cost = run("sh", "-c", script, environment={"PATH": os.environ["PATH"]}, folder=tmp_path)
    assert cost.processor >= 0.2
    assert cost.peak > 1_000_000


def test_a_command_that_fails_is_no_figure(tmp_path):
    with pytest.raises(Failed, match=r"exit code 3\nwhy"):
        run("sh", "-c", "echo why >&2; exit 3", environment={"PATH": os.environ["PATH"]}, folder=tmp_path)


def test_each_part_of_the_bench_is_in_its_usage():
    done = subprocess.run([sys.executable, FOLDER / "run"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 64
    assert "fill" in done.stderr and "looks" in done.stderr
