"""One emulator for each module of tests, and what most tests put into it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.cloud import Cloud
from lab.emulator import Emulator


@pytest.fixture(scope="module")
def emulator():
    with Emulator() as running:
        yield running


@pytest.fixture
def cloud(emulator: Emulator, tmp_path: Path) -> Cloud:
    """The emulator with its settings as at the start, and no faults."""
    emulator.reset()
    return Cloud(emulator, tmp_path)


@pytest.fixture
def eventually():
    """`eventually(condition)` returns what the condition gives, once that is true. `within` is a watchdog."""

    def wait(condition: Callable, within: float = 30):
        deadline = time.monotonic() + within
        while not (value := condition()):
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.01)
        return value

    return wait
