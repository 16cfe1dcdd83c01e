"""The dashboard while every service hangs: the store is locked, registries and AWS accept and never answer."""

import contextlib
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from results import Results, milliseconds
from stores import Locked, Store
from terminal import Program, Terminal, usual

from lab.cloud import Cloud
from lab.emulator import Emulator
from lab.stack import Stack

HANG_SECONDS = 30
KEY = 0.005
# A frame as late as this is seen to be late.
LATE = 0.05


@contextlib.contextmanager
def silent_registry() -> Iterator[str]:
    """The host of a registry that connections reach and that never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def press_through(
    results: Results, what: str, terminal: Terminal, program: Program, hang: AbstractContextManager
) -> None:
    """Looks at everything and has it checked, then goes on pressing keys while nothing answers."""
    terminal.wait_for(program.drawn)
    terminal.settle(1)
    taken: list[float] = []
    with hang:
        terminal.press("C")
        terminal.press("r")
        deadline = time.perf_counter() + HANG_SECONDS
        while time.perf_counter() < deadline:
            terminal.settle(0.05, within=0.2)
            if pressed := terminal.press(program.down if len(taken) % 12 < 8 else program.up, quiet=0.01):
                taken.append(pressed[0])
    late, latest = usual(f"{what}: keys", taken), max(taken)
    results.add(
        "hanging",
        f"{what} for {HANG_SECONDS} s: key to last byte, p95 and the latest of {len(taken)}",
        f"{milliseconds(late)}, {milliseconds(latest)}",
        bound=f"≤ {milliseconds(KEY)}, ≤ {milliseconds(LATE)}",
        met=late <= KEY and latest <= LATE,
    )


def local(results: Results, program: str, environment: dict[str, str], folder: Path, rows: int) -> None:
    with silent_registry() as registry:
        store = Store(program, environment, folder / "hanging", rows, registry)
        with sqlite3.connect(store.folder / "mirrors.db") as database:
            # Sources are asked as well as destinations.
            database.execute("UPDATE mirrors SET source = replace(source, 'docker.io', ?)", (registry,))
        database.close()
        ours = Program("ecrmirror", [program, "--local", str(store.folder)], folder, b" live")
        with Terminal(ours.command, environment, folder, 24, 80) as terminal:
            press_through(results, "store locked, registries silent", terminal, ours, Locked(store))


def stack(results: Results, program: str, environment: dict[str, str], folder: Path, rows: int) -> None:
    with Emulator() as emulator:
        stack = Stack(Cloud(emulator, folder), Schedule="none", MirrorOnPush="false")
        stack.put_rows(
            {
                "Source": {"S": f"{stack.registry}/source/app-{number}:1"},
                "Destination": {"S": f"{stack.registry}/copy/app-{number}"},
            }
            for number in range(rows)
        )
        ours = Program("ecrmirror", [program, "--stack", stack.name], folder, b" live")
        with Terminal(ours.command, {**environment, **stack.environment()}, folder, 24, 80) as terminal:
            press_through(results, "AWS and its registry silent", terminal, ours, stopped(emulator.process.pid))
