"""What the dashboard costs on a terminal, beside htop and tig in the same run: keys, filters, start, idling, memory."""

import fcntl
import os
import pty
import select
import signal
import sqlite3
import statistics
import struct
import subprocess
import termios
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SIZES = [(24, 80), (50, 200)]
KEYS = 120
IDLE_SECONDS = 20
LOG_LINES = 10_000


class Terminal:
    """A program on a pseudo-terminal of its own; what it writes is timed, not understood."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path, rows: int, columns: int):
        self.started = time.perf_counter()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], command, environment)
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
                raise SystemExit(f"never wrote {text!r}; it wrote {self.output[-2000:]!r}")
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

    def resident(self) -> float:
        """MiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
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


class Screens:
    def __init__(self, programs: Path, folder: Path, environment: dict[str, str]):
        self.program = str(programs / "ecrmirror")
        self.folder = folder
        self.environment = {**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        for name in ("LINES", "COLUMNS"):
            self.environment.pop(name, None)

    def store(self, rows: int) -> Path:
        store = self.folder / f"screen-{rows}"
        table = self.folder / f"screen-{rows}.csv"
        table.write_text(
            "".join(
                f"docker.io/team-{n % 97}/app-{n}:1.{n % 20},127.0.0.1:9/mirror/team-{n % 97}/app-{n}\n"
                for n in range(rows)
            )
        )
        subprocess.run(
            [self.program, "--local", str(store), "import", str(table)],
            env=self.environment, check=True, capture_output=True,
        )  # fmt: skip
        return store

    def job_with_log(self, store: Path) -> None:
        """A finished job whose log has many lines, as the worker would have left it."""
        with sqlite3.connect(store / "mirrors.db") as database:
            now = int(time.time() * 1000)
            database.execute(
                "INSERT INTO jobs (id, name, origin, mirror, source, destinations, state, created, started, stopped) "
                "VALUES ('bench', 'adhoc-bench', 'adhoc', 'x', 'docker.io/team-0/app-0:1.0', '127.0.0.1:9/x:1', "
                "'SUCCEEDED', ?, ?, ?)",
                (now, now, now),
            )
            database.execute(
                "INSERT INTO attempts (job, number, started, stopped, exit_code) VALUES ('bench', 1, ?, ?, 0)",
                (now, now),
            )
        database.close()
        folder = store / "jobs/bench"
        folder.mkdir(parents=True)
        line = "2026-11-23T20:00:00.000Z Copying blob sha256:" + "0123456789abcdef" * 4
        (folder / "attempt-1.log").write_text("".join(f"{line} {number}\n" for number in range(LOG_LINES)))

    def history(self) -> Path:
        """A repository of commits for tig to show."""
        folder = self.folder / "history"
        folder.mkdir()
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        commits = "".join(
            f"commit refs/heads/main\ncommitter A <a@b.invalid> {1_700_000_000 + n} +0000\ndata 9\ncommit {n % 10}\n"
            for n in range(5000)
        )
        subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=commits.encode(), check=True)
        subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=folder, check=True)
        return folder

    def measure(self) -> None:
        store = self.store(10_000)
        self.job_with_log(store)
        history = self.history()
        ours = Program("ecrmirror", [self.program, "--local", str(store)], self.folder, b" live")
        peers = [
            Program("htop", ["htop", "-d", "15"], self.folder, b"Load average", "\x1bOB", "\x1bOA"),
            Program("tig", ["tig"], history, b"[main]"),
        ]
        for rows, columns in SIZES:
            print(f"dashboard at {columns}x{rows}, 10,000 mirrors, a row changing each two seconds", flush=True)
            self.starts([ours, *peers], rows, columns)
            with Changes(self.program, store, self.environment):
                p95 = self.keys([ours, *peers], rows, columns)
            verdict("key to last byte, p95", p95["ecrmirror"] * 1000, 5, "ms")
            verdict("  and htop's p95 in the same run", p95["ecrmirror"] * 1000, p95["htop"] * 1000, "ms")
            self.filters(ours, rows, columns)
            self.idles([ours, *peers], rows, columns)
        self.log(ours)
        self.many()

    def open(self, program: Program, rows: int, columns: int) -> Terminal:
        environment = {**self.environment, "XDG_STATE_HOME": str(self.folder / "state")}
        return Terminal(program.command, environment, program.folder, rows, columns)

    def starts(self, programs: list[Program], rows: int, columns: int) -> None:
        for program in programs:
            first, drawn = [], []
            for _ in range(9):
                with self.open(program, rows, columns) as terminal:
                    terminal.read(10)
                    first.append(time.perf_counter() - terminal.started)
                    drawn.append(terminal.wait_for(program.drawn))
            show(f"{program.name}: start to first output, to all drawn", first, drawn)
            if program.name == "ecrmirror":
                verdict("first frame", statistics.median(first) * 1000, 60, "ms")

    def keys(self, programs: list[Program], rows: int, columns: int) -> dict[str, float]:
        """Programs take turns, so that a machine that slows down slows all of them."""
        taken: dict[str, list[float]] = {program.name: [] for program in programs}
        terminals = [self.open(program, rows, columns) for program in programs]
        try:
            for program, terminal in zip(programs, terminals, strict=True):
                terminal.wait_for(program.drawn)
                terminal.settle()
            for number in range(KEYS):
                for program, terminal in zip(programs, terminals, strict=True):
                    terminal.settle(0.02)
                    if pressed := terminal.press(program.down if number % 12 < 8 else program.up):
                        taken[program.name].append(pressed[0])
            for program, terminal in zip(programs, terminals, strict=True):
                show(f"{program.name}: key to last byte", taken[program.name])
                burst = terminal.press(program.down * 200, quiet=0.15)
                print(
                    f"  {program.name + ': 200 keys held':<44} {burst[0] * 1000:9.1f} ms  {burst[1]:,} bytes",
                    flush=True,
                )
                if program.name == "ecrmirror":
                    verdict("200 keys", burst[0] * 1000, 50, "ms")
                    verdict("  and what they write", burst[1] / 1000, 20, "KB")
        finally:
            for terminal in terminals:
                terminal.close()
        return {name: percentile(values, 95) for name, values in taken.items()}

    def filters(self, program: Program, rows: int, columns: int, first_bound: float = 16) -> None:
        taken = []
        with self.open(program, rows, columns) as terminal:
            terminal.wait_for(program.drawn)
            terminal.settle()
            for words in ("team-42", "app-9", "!docker", "state:unknown", "registry:docker", "/app-1.*:1/"):
                terminal.press("/")
                for letter in words:
                    if pressed := terminal.press(letter):
                        taken.append(pressed[0])
                terminal.press("\r")
                terminal.press("\x1b", quiet=0.1)
        show(f"{program.name}: filter, key to last byte", taken)
        verdict("filter keystroke, p95", percentile(taken, 95) * 1000, first_bound, "ms")

    def idles(self, programs: list[Program], rows: int, columns: int) -> None:
        for program in programs:
            with self.open(program, rows, columns) as terminal:
                terminal.wait_for(program.drawn)
                terminal.settle(2)
                cpu, wakes = terminal.idle(IDLE_SECONDS)
                resident = terminal.resident()
            print(
                f"  {program.name + ': idle':<44} {cpu:9.3f} %   {wakes:.1f} wake-ups/s, {resident:.1f} MiB", flush=True
            )
            if program.name == "ecrmirror":
                verdict("idle processor time", cpu, 0.2, "%")
                verdict("idle wake-ups", wakes, 2, "/s")

    def log(self, program: Program) -> None:
        with self.open(program, 24, 80) as terminal:
            terminal.wait_for(program.drawn)
            terminal.press("2")
            terminal.press("l", quiet=1)
            terminal.wait_for(b"following")
            terminal.settle(1)
            before = terminal.resident()
            terminal.idle(10)
            resident = terminal.resident()
        print(f"  {'resident with 10,000 log lines':<44} {before:9.1f} MiB, {resident:.1f} ten seconds later")
        verdict("resident", resident, 40, "MiB")

    def many(self) -> None:
        store = self.store(100_000)
        program = Program("ecrmirror", [self.program, "--local", str(store)], self.folder, b" live")
        print("dashboard at 80x24, 100,000 mirrors", flush=True)
        drawn = []
        for _ in range(3):
            with self.open(program, 24, 80) as terminal:
                drawn.append(terminal.wait_for(program.drawn))
        show("ecrmirror: start to all drawn", drawn)
        self.filters(program, 24, 80, first_bound=100)


class Changes:
    """Somebody else who changes a row every two seconds."""

    def __init__(self, program: str, store: Path, environment: dict[str, str]):
        self._over = threading.Event()
        source = "docker.io/team-5/app-5:1.5"

        def work() -> None:
            verbs = ["disable", "enable"]
            while not self._over.wait(2):
                subprocess.run(
                    [program, "--local", str(store), verbs[0], source],
                    env=environment,
                    capture_output=True,
                    check=False,
                )
                verbs.reverse()

        self._thread = threading.Thread(target=work)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def show(what: str, *figures: list[float]) -> None:
    texts = [
        f"{statistics.median(seconds) * 1000:8.2f} ms (p95 {percentile(seconds, 95) * 1000:.2f})" for seconds in figures
    ]
    print(f"  {what:<44} {'  '.join(texts)}  {len(figures[0])} times", flush=True)


def verdict(what: str, value: float, bound: float, unit: str) -> None:
    word = "within" if value <= bound else "ABOVE"
    print(f"    {what:<42} {value:9.2f} {unit}, {word} the bound of {bound:.2f} {unit}", flush=True)
