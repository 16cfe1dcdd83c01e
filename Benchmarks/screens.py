"""What the dashboard costs on a terminal, beside htop and tig in the same run: keys, filters, start, idling, memory."""

import statistics
import subprocess
import time
from pathlib import Path

import hanging
from figures import percentile, show, verdict
from stores import Store, changes, growth
from terminal import Program, Terminal

SIZES = [(24, 80), (50, 200)]
KEYS = 120
IDLE_SECONDS = 20
LOG_LINES = 10_000
# Memory is looked at so often, after so many seconds each.
LOOKS, LOOK_SECONDS = 4, 10
WORDS = ("team-42", "app-9", "!docker", "state:in-sync", "registry:docker", "/app-1.*:1/")


class Screens:
    def __init__(self, programs: Path, folder: Path, environment: dict[str, str]):
        self.program = str(programs / "ecrmirror")
        self.folder = folder
        self.environment = {**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        for name in ("LINES", "COLUMNS"):
            self.environment.pop(name, None)

    def store(self, rows: int) -> Store:
        return Store(self.program, self.environment, self.folder / f"screen-{rows}", rows, "127.0.0.1:9")

    def ours(self, store: Store) -> Program:
        return Program("ecrmirror", [self.program, "--local", str(store.folder)], self.folder, b" live")

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
        log = store.add_job(LOG_LINES)
        ours = self.ours(store)
        peers = [
            Program("htop", ["htop", "-d", "15"], self.folder, b"Load average", "\x1bOB", "\x1bOA"),
            Program("tig", ["tig"], self.history(), b"[main]"),
        ]
        for rows, columns in SIZES:
            print(f"dashboard at {columns}x{rows}, 10,000 mirrors, a row changing each two seconds", flush=True)
            self.starts([ours, *peers], rows, columns)
            with changes(store):
                p95 = self.keys([ours, *peers], rows, columns)
                self.filters(ours, rows, columns, bound=16)
            verdict("key to last byte, p95", p95["ecrmirror"] * 1000, 5, "ms")
            verdict("  and htop's p95 in the same run", p95["ecrmirror"] * 1000, p95["htop"] * 1000, "ms")
            self.idles([ours, *peers], rows, columns)
        with changes(store), growth(log):
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

    def filters(self, program: Program, rows: int, columns: int, bound: float) -> None:
        taken = []
        with self.open(program, rows, columns) as terminal:
            terminal.wait_for(program.drawn)
            terminal.settle()
            for words in WORDS:
                terminal.press("/")
                for letter in words:
                    if pressed := terminal.press(letter):
                        taken.append(pressed[0])
                terminal.press("\r")
                terminal.press("\x1b", quiet=0.1)
        show(f"{program.name}: filter, key to last byte", taken)
        verdict("filter keystroke, p95", percentile(taken, 95) * 1000, bound, "ms")

    def idles(self, programs: list[Program], rows: int, columns: int) -> None:
        for program in programs:
            with self.open(program, rows, columns) as terminal:
                terminal.wait_for(program.drawn)
                terminal.settle(2)
                cpu, wakes = terminal.idle(IDLE_SECONDS)
                held = terminal.anonymous()
            print(
                f"  {program.name + ': idle':<44} {cpu:9.3f} %   {wakes:.1f} wake-ups/s, {held:.1f} MiB held",
                flush=True,
            )
            if program.name == "ecrmirror":
                verdict("idle processor time", cpu, 0.2, "%")
                verdict("idle wake-ups", wakes, 2, "/s")

    def log(self, program: Program) -> None:
        """Memory over time while a log as long as is kept goes on and on, and rows change."""
        print(f"dashboard at 80x24, following a log of {LOG_LINES:,} lines that grows", flush=True)
        held = []
        with self.open(program, 24, 80) as terminal:
            terminal.wait_for(program.drawn)
            terminal.press("2")
            terminal.press("l", quiet=1)
            terminal.wait_for(b"following")
            for _ in range(LOOKS):
                terminal.idle(LOOK_SECONDS)
                held.append(terminal.anonymous())
        times = ", ".join(f"{megabytes:.1f}" for megabytes in held)
        print(f"  {f'held, each {LOOK_SECONDS} s':<44} {times} MiB", flush=True)
        verdict("held, the most", max(held), 24, "MiB")
        verdict("  and what it grows from look to look", held[-1] - held[1], 1, "MiB")

    def many(self) -> None:
        """A table as large as they get: what a person sees as no pause is a tenth of a second."""
        program = self.ours(self.store(100_000))
        print("dashboard at 80x24, 100,000 mirrors", flush=True)
        first, drawn = [], []
        for _ in range(5):
            with self.open(program, 24, 80) as terminal:
                terminal.read(10)
                first.append(time.perf_counter() - terminal.started)
                drawn.append(terminal.wait_for(program.drawn))
        show("ecrmirror: start to first output, to all drawn", first, drawn)
        verdict("first frame", statistics.median(first) * 1000, 60, "ms")
        p95 = self.keys([program], 24, 80)
        verdict("key to last byte, p95", p95["ecrmirror"] * 1000, 5, "ms")
        self.filters(program, 24, 80, bound=100)

    def hang(self) -> None:
        print(f"dashboard at 80x24 while every service hangs for {hanging.HANG_SECONDS} s", flush=True)
        hanging.local(self.program, self.environment, self.folder, 10_000)
        hanging.stack(self.program, self.environment, self.folder, 1000)
