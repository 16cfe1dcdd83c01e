"""`make run`: what a newcomer sees, and that nothing of it stays."""

import os
import re
import signal
import subprocess

import pytest

from conftest import REPOSITORY
from support.place import Place
from support.screen import Screen

DEMO = REPOSITORY / "scripts/demo"


@pytest.fixture
def place(tmp_path, programs):
    place = Place(tmp_path, [DEMO, programs])
    yield place
    place.close()


def test_without_a_terminal_it_prints_the_table(place):
    done = subprocess.run(
        place.command, env=place.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    states = {line.split()[0] for line in done.stdout.splitlines()}
    assert {"in-sync", "drifted", "missing", "source-missing", "unreachable", "disabled", "expired"} <= states
    assert place.is_clean()


def test_a_proxy_of_the_environment_does_not_stand_in_its_way(place):
    place.environment |= {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "all_proxy")}
    done = subprocess.run(
        place.command, env=place.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "drifted" in done.stdout


def dashboard(place) -> Screen:
    screen = Screen(place.command, place.environment, place.temporary, 24, 100)
    screen.wait(re.compile("drifted"), within=120)
    return screen


def test_on_a_terminal_it_shows_drift_and_q_leaves_nothing(place):
    with dashboard(place) as screen:
        screen.press("q")
        assert screen.wait_for_end() == 0
        assert screen.is_sane
    assert place.is_clean()


def test_a_key_press_copies_an_image_that_can_be_watched(place):
    with dashboard(place) as screen:
        screen.press("/", "postgres", "Enter")
        screen.wait(re.compile("> .*postgres.*missing"))
        screen.press("m")
        screen.wait(re.compile(r"> .*copying +[1-9]\d?%"))
        screen.wait(re.compile("> .*postgres.*in-sync"), within=60)
        screen.press("q")
        assert screen.wait_for_end() == 0
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
