"""Processes are ended by their ids, and none is left: also those that have made themselves daemons."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time

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
        process.wait(grace)


def processes_with(name: str, value: str, since: int = 0) -> list[int]:
    """Ids of the live processes that have `name=value` in their environment, and of all their descendants.

    A detached worker keeps the environment it was given, whoever its parent is by now. `since` is what `clock_ticks`
    said before the first of them was started: it spares looking into the environment of older processes.

    Into that of ecrmirror's programs only root may look. Others tell them by the value in their command line, as a
    worker has its folder there, or by a process with that environment in the same session, as a job has its skopeo.
    """
    wanted = f"{name}={value}".encode()
    parents: dict[int, int] = {}
    sessions: dict[int, int] = {}
    closed: set[int] = set()
    found: set[int] = set()
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        # A process may end, or belong to someone else, while it is looked at.
        with contextlib.suppress(OSError):
            fields = _read(f"/proc/{entry}/stat").rpartition(b")")[2].split()
            state, parent, session, started = fields[0], int(fields[1]), int(fields[3]), int(fields[19])
            if state == b"Z":
                continue
            parents[int(entry)], sessions[int(entry)] = parent, session
            if started < since:
                continue
            try:
                if wanted in _read(f"/proc/{entry}/environ").split(b"\0"):
                    found.add(int(entry))
            except PermissionError:
                closed.add(int(entry))
                if value.encode() in _read(f"/proc/{entry}/cmdline"):
                    found.add(int(entry))
    # Our own session has others in it, too.
    known = {sessions[pid] for pid in found} - {os.getsid(0)}
    found |= {pid for pid in closed if sessions[pid] in known}
    grown = True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(children)
        found |= children
    return sorted(found - {os.getpid()})


def clock_ticks() -> int:
    """The time in the unit in which the kernel notes when a process started, a little early."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK")) - 1


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


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
