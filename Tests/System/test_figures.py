"""The table of figures: what was measured anew takes the place of what was, and the rest stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "Benchmarks"
sys.path.insert(0, str(FOLDER))

from measure import Cost, Failed, add_processor, median, ratio, run  # noqa: E402
from parts import measure  # noqa: E402
from results import Results, Row, machine, merged, page, rows_of, seconds  # noqa: E402
from terminal import Terminal  # noqa: E402

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


def test_a_part_that_fails_or_measures_nothing_is_said_to_and_keeps_its_rows_and_the_others_are_measured(
    tmp_path, capsys
):
    results, file = Results(), tmp_path / "RESULTS.md"
    file.write_text(page("Machine: 1 x CPU.", [row("fill", "old"), row("looks", "old"), row("tables", "old")]))

    def fill() -> None:
        results.add("fill", "half of it", "1 s")
        raise Failed("sqlite: no such table: jobs")

    parts = {"fill": fill, "looks": lambda: None, "tables": lambda: results.add("tables", "work", "new")}
    assert measure(parts, list(parts), results, file, "Machine: 2 x CPU.", ORDER) == ["fill", "looks"]
    assert [found.figure for found in rows_of(file.read_text())] == ["old", "old", "new"]
    said = capsys.readouterr().err
    assert "fill failed: sqlite: no such table: jobs\n" in said
    assert "looks failed: it measured nothing\n" in said
    assert said.endswith("not measured, its rows stay as they were: fill, looks\n")


def test_processor_time_above_skopeos_is_that_of_each_copy_in_the_median_pair():
    results = Results()
    costs = [[Cost(1, processor, 1) for processor in side] for side in ([3.2, 9.0, 3.3], [3.0, 3.0, 3.0])]
    add_processor(results, "fill", "24 images", *costs, copies=30)
    (found,) = results.rows
    assert found.work == "24 images: processor time of a copy above skopeo's"
    assert (found.figure, found.beside, found.met) == ("10 ms", "100 ms skopeo's", "yes")


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


def test_a_program_that_is_not_there_is_no_figure_and_leaves_nobody_behind(tmp_path):
    with (
        Terminal(["no-such-program"], {"PATH": os.environ["PATH"]}, tmp_path, 24, 80) as terminal,
        pytest.raises(Failed, match=r"never wrote b'x'; it wrote b.no-such-program: .*No such file"),
    ):
        terminal.wait_for(b"x")


def test_each_part_of_the_bench_is_in_its_usage():
    done = subprocess.run([sys.executable, FOLDER / "run"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 64
    assert "fill" in done.stderr and "looks" in done.stderr
