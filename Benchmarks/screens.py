"""What the dashboard costs on a terminal, beside htop and tig in the same run: keys, filters, start, idling, memory."""

import statistics
import subprocess
import time
from pathlib import Path

import hanging
from measure import MIB, Failed
from results import Results, mebibytes, milliseconds
from stores import Store, changes, growth
from terminal import Program, Terminal, usual

SIZES = [(24, 80), (50, 200)]
KEYS = 120
IDLE_SECONDS = 20
LOG_LINES = 10_000
# Memory is looked at so often, after so many seconds each.
LOOKS, LOOK_SECONDS = 4, 10
OURS = "ecrmirror"
# Bounds of seconds, bytes, and what an idle dashboard takes.
FIRST, KEY = 0.06, 0.005
BURST, BURST_BYTES = 0.05, 20_000
IDLE_PERCENT, IDLE_WAKES = 0.2, 2
LOG_HELD, LOG_GROWTH = 24 * MIB, MIB
WORDS = ("team-42", "app-9", "!docker", "state:in-sync", "registry:docker", "/app-1.*:1/")


class Screens:
    def __init__(self, programs: Path, folder: Path, environment: dict[str, str], results: Results):
        self.program, self.results = str(programs / "ecrmirror"), results
        self.folder = folder / "screens"
        self.folder.mkdir()
        self.environment = {**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        for name in ("LINES", "COLUMNS"):
            self.environment.pop(name, None)

    def store(self, rows: int) -> Store:
        return Store(self.program, self.environment, self.folder / f"screen-{rows}", rows, "127.0.0.1:9")

    def ours(self, store: Store) -> Program:
        return Program(OURS, [self.program, "--local", str(store.folder)], self.folder, b" live")

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
            where = f"{columns}x{rows}, 10,000 mirrors, a row changing each two seconds"
            self.starts(where, [ours, *peers], rows, columns)
            with changes(store):
                self.keys(where, [ours, *peers], rows, columns)
                self.filters(where, ours, rows, columns, bound=0.016)
            self.idles(where, [ours, *peers], rows, columns)
        with changes(store), growth(log):
            self.log(ours)
        self.many()

    def add(self, work: str, figure: str, bound: str, met: bool, beside: str = "-") -> None:
        self.results.add("dashboard", work, figure, beside=beside, bound=bound, met=met)

    def open(self, program: Program, rows: int, columns: int) -> Terminal:
        environment = {**self.environment, "XDG_STATE_HOME": str(self.folder / "state")}
        return Terminal(program.command, environment, program.folder, rows, columns)

    def starts(self, where: str, programs: list[Program], rows: int, columns: int, times: int = 9) -> None:
        taken: dict[str, tuple[float, float]] = {}
        for program in programs:
            first, drawn = [], []
            for _ in range(times):
                with self.open(program, rows, columns) as terminal:
                    terminal.read(10)
                    first.append(time.perf_counter() - terminal.started)
                    drawn.append(terminal.wait_for(program.drawn))
            taken[program.name] = statistics.median(first), statistics.median(drawn)
        words = {name: ", ".join(map(milliseconds, figures)) for name, figures in taken.items()}
        self.add(
            f"{where}: start to first output, to all drawn",
            words.pop(OURS),
            f"first ≤ {milliseconds(FIRST)}",
            taken[OURS][0] <= FIRST,
            beside(words),
        )

    def keys(self, where: str, programs: list[Program], rows: int, columns: int) -> None:
        """Programs take turns, so that a machine that slows down slows all of them."""
        taken: dict[str, list[float]] = {program.name: [] for program in programs}
        bursts: dict[str, tuple[float, int]] = {}
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
                if burst := terminal.press(program.down * 200, quiet=0.15):
                    bursts[program.name] = burst
        finally:
            for terminal in terminals:
                terminal.close()
        late = {name: usual(f"{where}: keys in {name}", values) for name, values in taken.items()}
        words = {name: milliseconds(value) for name, value in late.items()}
        peer = late.get("htop", KEY)
        self.add(
            f"{where}: key to last byte, p95",
            words.pop(OURS),
            f"≤ {milliseconds(KEY)}" + (", ≤ htop's" if "htop" in late else ""),
            late[OURS] <= min(KEY, peer),
            beside(words),
        )
        words = {name: f"{milliseconds(took)}, {size / 1000:.1f} KB" for name, (took, size) in bursts.items()}
        if OURS not in bursts:
            raise Failed(f"{where}: 200 keys were followed by nothing on the screen")
        took, size = bursts[OURS]
        self.add(
            f"{where}: 200 keys held",
            words.pop(OURS),
            f"≤ {milliseconds(BURST)}, ≤ {BURST_BYTES / 1000:.0f} KB",
            took <= BURST and size <= BURST_BYTES,
            beside(words),
        )

    def filters(self, where: str, program: Program, rows: int, columns: int, bound: float) -> None:
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
        late = usual(f"{where}: filter", taken)
        self.add(f"{where}: a letter of a filter, p95", milliseconds(late), f"≤ {milliseconds(bound)}", late <= bound)

    def idles(self, where: str, programs: list[Program], rows: int, columns: int) -> None:
        words: dict[str, str] = {}
        met = False
        for program in programs:
            with self.open(program, rows, columns) as terminal:
                terminal.wait_for(program.drawn)
                terminal.settle(2)
                cpu, wakes = terminal.idle(IDLE_SECONDS)
                held = terminal.anonymous()
            words[program.name] = f"{cpu:.2f} %, {wakes:.1f} wake-ups/s, {mebibytes(held)} held"
            if program.name == OURS:
                met = cpu <= IDLE_PERCENT and wakes <= IDLE_WAKES
        bound = f"≤ {IDLE_PERCENT} %, ≤ {IDLE_WAKES} wake-ups/s"
        self.add(f"{where}: idle", words.pop(OURS), bound, met, beside(words))

    def log(self, program: Program) -> None:
        """Memory over time while a log as long as is kept goes on and on, and rows change."""
        held = []
        with self.open(program, 24, 80) as terminal:
            terminal.wait_for(program.drawn)
            terminal.press("2")
            terminal.press("l", quiet=1)
            terminal.wait_for(b"following")
            for _ in range(LOOKS):
                terminal.idle(LOOK_SECONDS)
                held.append(terminal.anonymous())
        grown = held[-1] - held[1]
        self.add(
            f"80x24, following a log of {LOG_LINES:,} lines that grows: held, each {LOOK_SECONDS} s",
            ", ".join(f"{value / MIB:.1f}" for value in held) + " MiB",
            f"≤ {mebibytes(LOG_HELD)}, and no more than {mebibytes(LOG_GROWTH)} more in the end",
            max(held) <= LOG_HELD and grown <= LOG_GROWTH,
        )

    def many(self) -> None:
        """A table as large as they get: what a person sees as no pause is a tenth of a second."""
        program = self.ours(self.store(100_000))
        where = "80x24, 100,000 mirrors"
        self.starts(where, [program], 24, 80, times=5)
        self.keys(where, [program], 24, 80)
        self.filters(where, program, 24, 80, bound=0.1)

    def hang(self) -> None:
        common = (self.results, self.program, self.environment, self.folder)
        hanging.local(*common, 10_000)
        hanging.stack(*common, 1000)


def beside(words: dict[str, str]) -> str:
    return "; ".join(f"{text} {name}" for name, text in words.items()) or "-"
