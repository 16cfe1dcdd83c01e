"""A user's account of its own: home, settings, store and temporary files in one folder, and the programs run in it."""

import base64
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from lab.processes import processes_with, stop_all

from .screen import Screen

MARK = "ECRMIRROR_TEST"
# Seconds after which a command counts as hung: a watchdog, far above what any takes on a loaded machine.
HUNG = 300  # seconds; a watchdog, far above what a command takes with thousands of rows on a busy machine


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    arguments: tuple[str, ...]
    exit: int
    stdout: str
    stderr: str

    @property
    def json(self):
        return json.loads(self.stdout)

    def __str__(self) -> str:
        return f"{' '.join(self.arguments)}: {self.exit}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


class Account:
    def __init__(self, folder: Path, programs: Path):
        self.folder = folder
        self.programs = programs
        self.store = folder / "store"
        places = {
            "HOME": folder / "home",
            "XDG_CONFIG_HOME": folder / "home/.config",
            "XDG_DATA_HOME": folder / "home/.local/share",
            "XDG_STATE_HOME": folder / "home/.local/state",
            "XDG_CACHE_HOME": folder / "home/.cache",
            "XDG_RUNTIME_DIR": folder / "run",
            "TMPDIR": folder / "tmp",
        }
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Nothing of the user who runs the tests: no proxy, no credentials, no locale.
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            MARK: str(folder),
            **{name: str(place) for name, place in places.items()},
        }
        # Nor what the machine says of registries: a user's own files are in the place of those in /etc.
        self.containers("registries.conf", "")
        self.containers("policy.json", '{"default": [{"type": "insecureAcceptAnything"}]}')
        # Which installation commands work on.
        self.place: list[str] = ["--local", str(self.store)]

    def work_on(self, stack, credentials: dict[str, str] | None = None) -> None:
        """From now on commands work on a stack in AWS; the credentials are the administrator's otherwise."""
        self.place = ["--stack", stack.name]
        self.environment.update(stack.cloud.emulator.environment(credentials))

    def ecrmirror(self, *arguments: str | Path, exit: int | None = 0, stdin: str = "", **environment: str) -> Outcome:
        """Runs `ecrmirror PLACE ARGUMENTS`; fails unless it ends with `exit` (`None` allows any)."""
        return self.run("ecrmirror", *self.place, *arguments, exit=exit, stdin=stdin, **environment)

    def run(
        self, program: str, *arguments: str | Path, exit: int | None = 0, stdin: str = "", **environment: str
    ) -> Outcome:
        words = tuple(str(argument) for argument in arguments)
        done = subprocess.run(
            [self.programs / program, *words],
            input=stdin,
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            timeout=HUNG,
        )
        outcome = Outcome((program, *words), done.returncode, done.stdout, done.stderr)
        assert exit is None or outcome.exit == exit, f"expected exit {exit}\n{outcome}"
        return outcome

    def start(self, *arguments: str | Path, **environment: str) -> subprocess.Popen:
        """Starts `ecrmirror PLACE ARGUMENTS` in the background, in a session of its own."""
        if "--stack" not in self.place:
            self.make_store()
        return subprocess.Popen(
            [self.programs / "ecrmirror", *self.place, *map(str, arguments)],
            env={**self.environment, **environment},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def make_store(self) -> None:
        """An empty one, where there is none: a look at a folder without a store is an error."""
        if "--stack" in self.place or not self.store.exists():
            self.ecrmirror("import", "-", "--format", "csv")

    def screen(
        self, *arguments: str | Path, rows: int = 24, columns: int = 80, has_store: bool = True, **environment: str
    ) -> Screen:
        """Starts `ecrmirror PLACE ARGUMENTS` on a terminal of the given size, over an empty store at least."""
        if has_store and "--stack" not in self.place:
            self.make_store()
        command = [self.programs / "ecrmirror", *self.place, *arguments]
        return Screen(list(map(str, command)), {**self.environment, **environment}, self.folder, rows, columns)

    def containers(self, name: str, text: str) -> Path:
        """Writes one of the files that skopeo reads, below `~/.config/containers`."""
        file = self.folder / "home/.config/containers" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def configure(self, text: str) -> None:
        """Writes config.yaml."""
        file = self.folder / "home/.config/ecrmirror/config.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def states(self, *arguments: str) -> dict[str, str]:
        """The state of each destination by its reference, as `status --json` gives it."""
        entries = self.ecrmirror("status", "--json", *arguments).json["entries"]
        return {
            destination["reference"]: destination["state"] for entry in entries for destination in entry["destinations"]
        }

    def destination(self, reference: str) -> dict:
        """What `status --json` says of one destination."""
        for entry in self.ecrmirror("status", "--json").json["entries"]:
            for destination in entry["destinations"]:
                if destination["reference"] == reference:
                    return destination
        raise AssertionError(f"no destination {reference}")

    def jobs(self) -> list[dict]:
        return self.ecrmirror("jobs", "--json").json["jobs"]

    def wait_for(self, condition, what: str, within: float = 60.0):
        """Returns what `condition()` gives, once that is true. `within` is a watchdog only."""
        deadline = time.monotonic() + within
        while not (value := condition()):
            assert time.monotonic() < deadline, f"never came: {what}"
            time.sleep(0.05)
        return value

    def wait_for_job(self, state: str, within: float = 60.0) -> dict:
        """The newest job, once it is in the state."""

        def newest() -> dict | None:
            jobs = self.jobs()
            return jobs[0] if jobs and jobs[0]["state"] == state else None

        return self.wait_for(newest, f"a job in state {state}", within)

    def sign_in(self, host: str, user: str, password: str) -> None:
        """Adds credentials where `skopeo login` would put them."""
        file = self.folder / "run/containers/auth.json"
        file.parent.mkdir(exist_ok=True, mode=0o700)
        document = json.loads(file.read_text()) if file.exists() else {"auths": {}}
        secret = base64.b64encode(f"{user}:{password}".encode()).decode()
        document["auths"][host] = {"auth": secret}
        file.write_text(json.dumps(document))
        file.chmod(0o600)

    def processes(self, program: str = "") -> list[int]:
        """Ids of the live processes of this account whose command line contains `program`."""
        return [pid for pid in processes_with(MARK, str(self.folder)) if program in command_line(pid)]

    def kill(self, program: str = "") -> list[int]:
        """`kill -9` of this account's processes whose command line contains `program`, as a crash would."""
        killed = self.processes(program)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        self.wait_for(lambda: not set(killed) & set(self.processes()), "the end of what was killed")
        return killed

    def close(self) -> None:
        stop_all(MARK, str(self.folder))


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
