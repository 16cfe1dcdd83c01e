"""Processes are ended by their ids, and none is left: also those that have made themselves daemons."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel ends the child should this process be killed without a chance to."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(process: subprocess.Popen, grace: float = 5.0) -> None:
    """SIGTERM, and SIGKILL after `grace` seconds."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def processes_with(name: str, value: str) -> list[int]:
    """Ids of the live processes that have `name=value` in their environment, and of all their descendants.

    A detached worker keeps the environment it was given, whoever its parent is by now.
    """
    wanted = f"{name}={value}".encode()
    parents: dict[int, int] = {}
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        # A process may end, or belong to someone else, while it is looked at.
        with contextlib.suppress(OSError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if state == "Z":
                continue
            parents[int(entry.name)] = int(parent)
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.add(int(entry.name))
    grown = True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(children)
        found |= children
    return sorted(found - {os.getpid()})


def stop_all(name: str, value: str, grace: float = 10.0) -> None:
    """Ends every process that `processes_with` finds: SIGTERM, and SIGKILL to what is left after `grace` seconds."""
    deadline = time.monotonic() + grace
    asked: set[int] = set()
    while remaining := processes_with(name, value):
        late = time.monotonic() > deadline
        for pid in remaining:
            if late or pid not in asked:
                asked.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        time.sleep(0.02)
