"""`make demo-aws`: the whole system on one machine, and that nothing of it stays."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter

import pytest

from conftest import REPOSITORY
from support.place import Place
from support.screen import Screen


@pytest.fixture
def place(tmp_path, programs):
    place = Place(tmp_path, [sys.executable, REPOSITORY / "scripts/demo-aws", programs])
    yield place
    place.close()


def test_without_a_terminal_it_prints_what_the_first_run_made_of_the_table(place):
    done = subprocess.run(
        place.command, env=place.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    states = Counter(line.split()[0] for line in done.stdout.splitlines()[1:])
    assert states == {"in-sync": 7, "source-missing": 1, "unreachable": 1, "disabled": 1, "expired": 1}
    assert place.is_clean()


def dashboard(place: Place) -> Screen:
    screen = Screen(place.command, place.environment, place.temporary, 24, 120)
    screen.wait(re.compile(r"ecrmirror +demo \(\d{12} us-east-1\)"), within=120)
    return screen


def test_the_timer_and_a_push_set_copies_going_and_q_leaves_nothing(place):
    with dashboard(place) as screen:
        screen.wait(re.compile(r"shop/web:stable .* in-sync"), within=120)
        screen.wait(re.compile(r"data/postgres:17 .* in-sync"), within=120)
        screen.press("Tab", "v")
        screen.wait(re.compile(r"done +push .*shop/web"), within=60)
        screen.wait(re.compile(r"done +run .*postgres"), within=60)
        screen.press("q")
        assert screen.wait_for_end() == 0
        assert screen.is_sane
    assert place.is_clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing(place, number):
    with dashboard(place) as screen:
        screen.signal(number)
        screen.wait_for_end()
    assert place.is_clean()


def test_a_closed_terminal_leaves_nothing(place):
    screen = dashboard(place)
    pid = screen.pid
    screen.hang_up()
    os.waitpid(pid, 0)
    assert place.is_clean()
