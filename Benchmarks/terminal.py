"""Programs on pseudo-terminals of their own: what they write is timed, not understood."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass
from pathlib import Path

from measure import Failed
from results import percentile


class Terminal:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path, rows: int, columns: int):
        self.started = time.perf_counter()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.execvpe(command[0], command, environment)
            except OSError as error:
                os.write(2, f"{command[0]}: {error}".encode())
            finally:
                # Whatever befell it, this copy of the program must not go on with what the other one does.
                os._exit(127)
        self.output = b""

    def read(self, timeout: float) -> bool:
        readable, _, _ = select.select([self.descriptor], [], [], max(timeout, 0))
        if not readable:
            return False
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.output += data
        return bool(data)

    def wait_for(self, text: bytes, within: float = 60) -> float:
        """Seconds since the start until it had written the text."""
        deadline = time.perf_counter() + within
        while text not in self.output:
            if not self.read(deadline - time.perf_counter()):
                raise Failed(f"never wrote {text!r}; it wrote {self.output[-2000:]!r}")
        return time.perf_counter() - self.started

    def settle(self, quiet: float = 0.5, within: float = 5) -> None:
        deadline = time.perf_counter() + within
        while time.perf_counter() < deadline and self.read(quiet):
            pass

    def press(self, keys: str, quiet: float = 0.04) -> tuple[float, int] | None:
        """Seconds from the key to the last byte that follows within `quiet`, and the bytes; None where none came."""
        before = len(self.output)
        began = last = time.perf_counter()
        os.write(self.descriptor, keys.encode())
        while self.read(quiet if len(self.output) > before else 1.0):
            last = time.perf_counter()
        return (last - began, len(self.output) - before) if len(self.output) > before else None

    def _tasks(self) -> list[Path]:
        return list(Path(f"/proc/{self.pid}/task").iterdir())

    def cpu(self) -> float:
        """Seconds of processor time so far, those of threads that ended among them."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wakes(self) -> dict[str, int]:
        """How often each of its threads went to sleep and woke, so far."""
        counts = {}
        for task in self._tasks():
            for line in (task / "status").read_text().splitlines():
                if line.startswith("voluntary_ctxt_switches"):
                    counts[task.name] = int(line.split()[1])
        return counts

    def anonymous(self) -> float:
        """Bytes that the program itself holds: code that is mapped from files is the kernel's to keep or to drop."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon"):
                return int(line.split()[1]) * 1024
        return 0

    def idle(self, seconds: float) -> tuple[float, float]:
        """Share of a processor in per cent, and wake-ups a second, while nobody does anything."""
        cpu, wakes, began = self.cpu(), self.wakes(), time.perf_counter()
        while (left := seconds - (time.perf_counter() - began)) > 0:
            self.read(left)
        took = time.perf_counter() - began
        woken = sum(count - wakes.get(thread, 0) for thread, count in self.wakes().items())
        return (self.cpu() - cpu) / took * 100, woken / took

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.descriptor)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_) -> None:
        self.close()


@dataclass
class Program:
    name: str
    command: list[str]
    folder: Path
    # What is on the screen once it is drawn, and the keys that move down and up.
    drawn: bytes
    down: str = "j"
    up: str = "k"


def usual(what: str, seconds: list[float]) -> float:
    """The p95 of times from a key to what follows on the screen."""
    if len(seconds) < 2:
        raise Failed(f"{what} were followed by nothing on the screen")
    return percentile(seconds, 95)
