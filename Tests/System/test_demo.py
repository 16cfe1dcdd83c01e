"""`make run`: what a newcomer sees, and that nothing of it stays."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import REPOSITORY
from lab.processes import processes_with, stop_all
from support.screen import Screen

DEMO = REPOSITORY / "scripts/demo"


class Place:
    """A home and a folder for temporary files, in which nothing may be left."""

    def __init__(self, folder: Path, programs: Path):
        self.home, self.temporary = folder / "home", folder / "tmp"
        self.home.mkdir()
        self.temporary.mkdir()
        self.mark = ("DEMO_TEST", str(folder))
        self.command = [str(DEMO), str(programs)]
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            **dict([self.mark]),
        }

    def is_clean(self) -> bool:
        return not processes_with(*self.mark) and not [*self.home.iterdir(), *self.temporary.iterdir()]


@pytest.fixture
def place(tmp_path, programs):
    place = Place(tmp_path, programs)
    yield place
    stop_all(*place.mark)


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
