"""Local processes that end as containers do: with everything that they started, wherever it went."""

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import threading
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab.processes import clock_ticks, processes_with

OWNER = "ECRMIRROR_EMULATOR"
UNIT = "ECRMIRROR_EMULATOR_UNIT"
PR_SET_CHILD_SUBREAPER = 36

_folder = Path()
_endpoint = ""
_variables: dict[str, str] = {}
_running: dict[str, "Container"] = {}
_closed = False
# Held while a process is started, so that no look at the children takes it for somebody else's.
_starting = threading.Lock()


def configure(folder: Path, endpoint: str) -> None:
    """Where the containers' folders go, and what marks their processes as this emulator's."""
    global _folder, _endpoint
    _folder, _endpoint = folder / "containers", endpoint
    _folder.mkdir()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def add_variables(variables: Mapping[str, str]) -> None:
    """More that every container finds in its environment."""
    _variables.update(variables)


def orphans() -> list[int]:
    """Live processes whose parent ended before them: the kernel makes them children of this one."""
    with _starting:
        mine = {container.process.pid for container in list(_running.values()) if container.process}
        found = []
        for task in Path("/proc/self/task").iterdir():
            # A thread may end while it is looked at.
            with contextlib.suppress(OSError):
                found += [pid for pid in map(int, (task / "children").read_text().split()) if pid not in mine]
        # One that has ended waits to be asked for its status.
        return [pid for pid in found if os.waitpid(pid, os.WNOHANG) == (0, 0)]


def stop_all() -> None:
    """Kills what still runs, without grace, and lets nothing start any more: the emulator is about to end."""
    global _closed
    _closed = True
    for container in list(_running.values()):
        container.kill()
        container.discard()
    for pid in processes_with(OWNER, _endpoint):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Container:
    """One process, in a session and a folder of its own, and all its descendants."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.folder = _folder / self.id
        self.process: subprocess.Popen | None = None

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """OSError when the command cannot be executed. Standard output and error are one pipe."""
        if _closed:
            raise InterruptedError(4, "the emulator ends", command[0])
        self.folder.mkdir()
        # As an image has them: what this machine says of registries is none of a container's business.
        own = self.folder / ".config/containers"
        own.mkdir(parents=True)
        (own / "registries.conf").touch()
        (own / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        complete = {
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": _endpoint,
            **_variables,
            **environment,
            OWNER: _endpoint,
            UNIT: self.id,
        }
        # The search is done in the container's PATH, not in the emulator's.
        program = shutil.which(command[0], path=complete.get("PATH", os.defpath))
        if program is None:
            raise FileNotFoundError(2, "executable file not found in $PATH", command[0])
        _running[self.id] = self
        self.since = clock_ticks()
        with _starting:
            self.process = subprocess.Popen(
                command,
                executable=program,
                env=complete,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def terminate(self) -> None:
        """SIGTERM to the first process, and to no other: so a container engine asks a container to end."""
        if self.process and self.process.returncode is None:
            self.process.terminate()

    def kill(self) -> None:
        """SIGKILL to every process of the container, also to those that left its group."""
        if self.process is None:
            return
        if self.process.returncode is None:
            self._kill_group()
        elif not orphans():
            # Looking through all processes takes milliseconds, so not when nobody can be there.
            return
        for pid in processes_with(UNIT, self.id, self.since):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _kill_group(self) -> None:
        """Only before anybody asked for the first process's status: until then its id cannot be another's."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def discard(self) -> None:
        """Removes what the container wrote, once it has ended."""
        _running.pop(self.id, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def ended(self) -> int:
        """The exit status, as a container engine gives it: 128 and the signal's number for a killed process."""
        assert self.process is not None
        # Nobody has asked for the status yet, so the process is there, if only as a zombie.
        descriptor = os.pidfd_open(self.process.pid)
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(descriptor, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        self._kill_group()
        status = self.process.wait()
        return 128 - status if status < 0 else status
