"""What the two demos share: a folder that goes away whatever happens, and mirrors in every state."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from .client import Client
from .images import make_image
from .processes import stop_all

MARK = "ECRMIRROR_DEMO"
MEGABYTE = 1_000_000
# Bytes a second of one connection: on loopback a copy is over before anyone sees it.
WATCHABLE = 2 * MEGABYTE


def in_folder(show: Callable[[Path], int]) -> int:
    """Calls `show` with a folder, and leaves neither it nor a process behind; the exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    folder = Path(tempfile.mkdtemp(prefix="ecrmirror-demo-"))
    try:
        return show(folder)
    except KeyboardInterrupt:
        return 130
    finally:
        # A second signal must not keep the first from being answered whole.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_all(MARK, str(folder))
        shutil.rmtree(folder, ignore_errors=True)


def end(number: int, _) -> None:
    raise SystemExit(128 + number)


def private_environment(folder: Path) -> dict[str, str]:
    """The user's own, but for every place where programs keep settings, state and credentials."""
    home = folder / "home"
    places = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_STATE_HOME": home / ".local/state",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": folder / "run",
        "TMPDIR": folder / "tmp",
    }
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    # In the place of what this machine says of registries in /etc.
    own = home / ".config/containers"
    own.mkdir(parents=True, exist_ok=True)
    (own / "registries.conf").touch()
    (own / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    others = ("REGISTRY_AUTH_FILE", "DOCKER_CONFIG", "CONTAINERS_REGISTRIES_CONF", "REGISTRIES_CONFIG_PATH")
    kept = {key: value for key, value in os.environ.items() if key not in others}
    return {**kept, **{key: str(value) for key, value in places.items()}, MARK: str(folder)}


class Program:
    """`ecrmirror` on an installation, in a private environment."""

    def __init__(self, command: list[str | Path], environment: dict[str, str], folder: Path):
        self.command = command
        self.environment = environment
        self.folder = folder

    def prepare(self, *arguments: str, expected: int = 0) -> int:
        """Runs a command whose words are shown only when it does not end as expected; then not 0."""
        words = self.folder / "words"
        with words.open("w") as output:
            status = self._run(*arguments, stdout=output, stderr=output)
        if status == expected:
            return 0
        print(words.read_text(errors="replace"), f"demo: {arguments[0]} ended with {status}", file=sys.stderr)
        return status or 1

    def show(self) -> int:
        """Opens the dashboard; where there is no terminal, prints the table instead."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return self._run("status", "--plain")
        # ^C belongs to the program on the screen; this one ends when that does.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return self._run(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def _run(self, *arguments: str, stdout: IO | None = None, stderr: IO | None = None, preexec_fn=None) -> int:
        # no wait: the person before the dashboard ends it
        done = subprocess.run(
            [*self.command, *arguments],
            env=self.environment,
            cwd=self.folder,
            stdout=stdout,
            stderr=stderr,
            preexec_fn=preexec_fn,
        )
        return done.returncode


REPOSITORIES = (
    *("mirror/team/alpine", "mirror/team/busybox", "mirror/team/retired", "mirror/web/nginx", "mirror/data/postgres"),
    *("mirror/data/redis", "second/redis", "mirror/ops/gone", "mirror/ops/paused"),
)
"""Where `fill` copies to: ECR wants each made first."""


def fill(source: Client, far: str, destination: Client) -> list[str]:
    """Pushes the images, and returns mirrors as lines of CSV: one of each state that a newcomer will meet. `far` is
    the source's registry over a slow line."""

    def small(seed: str):
        return make_image(seed, layers=3, layer_bytes=50_000)

    for name, tag in (("team/alpine", "3.20"), ("team/busybox", "1.36"), ("team/retired", "0.9")):
        image = small(name)
        source.push(image, name, tag)
        destination.push(image, f"mirror/{name}", tag)
    # The source moved on after the copy.
    source.push(small("nginx 1.27.3"), "web/nginx", "1.27")
    destination.push(small("nginx 1.27.2"), "mirror/web/nginx", "1.27")
    # Never copied, and slow enough to watch.
    source.push(make_image("postgres", layers=4, layer_bytes=5 * MEGABYTE), "data/postgres", "17")
    # Two destinations, of which one has it.
    image = small("redis")
    source.push(image, "data/redis", "7.4")
    destination.push(image, "mirror/data/redis", "7.4")
    source.push(small("grafana"), "ops/grafana", "11.3")
    source.push(small("paused"), "ops/paused", "1.0")

    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    origin, copies = source.host, destination.host
    rows = [
        (f"{origin}/team/alpine:3.20", [f"{copies}/mirror/team/alpine"], "", ""),
        (f"{origin}/team/busybox:1.36", [f"{copies}/mirror/team/busybox"], "", ""),
        (f"{origin}/web/nginx:1.27", [f"{copies}/mirror/web/nginx"], "", ""),
        (f"{far}/data/postgres:17", [f"{copies}/mirror/data/postgres"], "", ""),
        (f"{origin}/data/redis:7.4", [f"{copies}/mirror/data/redis", f"{copies}/second/redis"], "", ""),
        (f"{origin}/ops/gone:2.0", [f"{copies}/mirror/ops/gone"], "", ""),
        (f"{origin}/ops/grafana:11.3", [f"127.0.0.1:{silent_port()}/mirror/ops/grafana"], "", ""),
        (f"{origin}/ops/paused:1.0", [f"{copies}/mirror/ops/paused"], "", "false"),
        (f"{origin}/team/retired:0.9", [f"{copies}/mirror/team/retired"], yesterday, ""),
    ]
    lines = ["source,destination,expires,enabled"]
    return lines + [f"{name},{' '.join(places)},{expires},{enabled}" for name, places, expires, enabled in rows]


def silent_port() -> int:
    """A port at which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
