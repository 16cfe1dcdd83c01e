"""Processes: what is left of those that are killed, and what those that are started get to see."""

import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import CREDENTIALS
from lab.client import Client
from lab.images import make_image
from support.account import Account, command_line
from support.proxy import Hold
from test_secrets import holders

PROGRAM = "ecrmirror-batch"


class Copy:
    """A copy with credentials that waits, half done, for the test."""

    def __init__(self, account: Account, registry, destination, proxy):
        Client(registry.host, credentials=CREDENTIALS).push(make_image("app"), "app", "1.0")
        account.sign_in(registry.host, *CREDENTIALS)
        account.configure("worker:\n  backoff: 0s\n  grace: 5s\n")
        self.account, self.front, self.hold = account, proxy(destination.host), Hold()
        self.front.when(self.hold, method="PUT", path="/manifests/1.0")
        self.origin, self.reference = f"{registry.host}/app:1.0", f"{self.front.host}/copy:1.0"
        account.ecrmirror("add", self.origin, self.reference)

    def start(self, **environment: str) -> None:
        self.account.ecrmirror("mirror", self.origin, "--no-wait", **environment)
        self.hold.wait_until_reached()

    @property
    def skopeos(self) -> list[int]:
        """Live copies to this destination, of which there must never be two."""
        lines = {pid: command_line(pid) for pid in self.account.processes(f"docker://{self.reference}")}
        return [pid for pid, line in lines.items() if line and line.split()[0].endswith("skopeo")]

    @property
    def secrets(self) -> list[Path]:
        own = self.account.folder / "run/containers/auth.json"
        return [file for file in holders(self.account.folder) if file != own]

    def kill(self, program: str) -> list[int]:
        """`kill -9`, without waiting for what else may end with it."""
        killed = [pid for pid in self.account.processes(program) if program in command_line(pid)]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert killed
        return killed


@pytest.fixture
def copy(account, basic_registry, destination, proxy) -> Copy:
    return Copy(account, basic_registry, destination, proxy)


def test_a_job_that_is_killed_takes_skopeo_and_its_credentials_along(copy):
    copy.start()
    assert len(copy.skopeos) == 1 and copy.secrets == []
    # Nobody is left who could clear away.
    copy.kill(f"{PROGRAM} worker")
    copy.kill(f"{PROGRAM} mirror")
    copy.account.wait_for(lambda: not copy.account.processes(), "the end of skopeo")
    assert copy.secrets == []
    copy.hold.release()
    # What the dead copy had sent may arrive all the same: then this waits for no job.
    copy.account.ecrmirror("mirror", copy.origin)
    job = copy.account.wait_for_job("SUCCEEDED")
    assert [attempt["reason"] for attempt in job["attempts"]] == ["process found dead", None]


def test_the_next_attempt_of_a_killed_job_has_the_only_skopeo(copy):
    copy.start()
    before = copy.skopeos
    copy.kill(f"{PROGRAM} mirror")

    def is_next() -> bool:
        # One look for all: the former one may end between two.
        alive = set(copy.skopeos)
        assert len(alive) <= 1, "two copies at once"
        return bool(alive) and not alive & set(before)

    copy.account.wait_for(is_next, "the next attempt")
    copy.hold.release()
    assert len(copy.account.wait_for_job("SUCCEEDED")["attempts"]) == 2


def test_a_worker_that_is_killed_leaves_its_job_and_its_skopeo_to_the_next(copy):
    copy.start()
    before = copy.skopeos
    copy.kill(f"{PROGRAM} worker")
    copy.account.ecrmirror("mirror", copy.origin, "--no-wait")
    copy.account.wait_for(lambda: copy.account.processes(f"{PROGRAM} worker"), "another worker")
    assert copy.skopeos == before
    copy.hold.release()
    assert len(copy.account.wait_for_job("SUCCEEDED")["attempts"]) == 1


def stand_in(account: Account, text: str) -> str:
    """A script in skopeo's place."""
    file = account.folder / "stand-in-skopeo"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize("started", [0, 4_000_000_000_000], ids=["before-the-boot", "in-the-future"])
def test_what_outlived_a_killed_job_is_gone_before_its_next_attempt_whatever_the_clock_said(copy, started):
    # skopeo as a child of something else, which alone ends with the job.
    copy.start(ECRMIRROR_SKOPEO=stand_in(copy.account, 'skopeo "$@"\nexit $?'))
    (outliving,) = copy.skopeos
    copy.kill(f"{PROGRAM} worker")
    copy.kill(f"{PROGRAM} mirror")
    copy.account.wait_for(lambda: not copy.account.processes("stand-in-skopeo"), "the end of skopeo's parent")
    assert copy.skopeos == [outliving]
    with sqlite3.connect(copy.account.store / "mirrors.db") as store:
        store.execute("UPDATE attempts SET started = ?", (started,))
    copy.account.ecrmirror("mirror", copy.origin, "--no-wait")
    copy.account.wait_for(lambda: copy.skopeos not in ([], [outliving]), "the next attempt")
    assert len(copy.skopeos) == 1 and outliving not in copy.skopeos
    copy.hold.release()
    copy.account.wait_for_job("SUCCEEDED")


def test_skopeo_gets_what_it_needs_of_the_environment_and_no_secret(copy):
    seen = copy.account.folder / "seen"
    wanted = {"LC_ALL": "C.UTF-8", "SSL_CERT_DIR": str(copy.account.folder)}
    secrets = {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "aws-secret-value",
        "AWS_SESSION_TOKEN": "aws-session-value",
        "GITHUB_TOKEN": "github-value",
        "REGISTRY_PASSWORD": "registry-value",
    }
    copy.front.behave()
    script = f"env >{seen}\n{{ ulimit -Hc; cat /proc/self/coredump_filter; readlink /proc/self/fd/0; }} >{seen}-more"
    stand = stand_in(copy.account, f'{script}\nexec skopeo "$@"')
    copy.account.ecrmirror("mirror", copy.origin, ECRMIRROR_SKOPEO=stand, **wanted, **secrets)
    lines = dict(line.split("=", 1) for line in seen.read_text().splitlines())
    assert lines.items() >= {**wanted, "HOME": copy.account.environment["HOME"]}.items()
    proxies = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
    needed = {"PATH", "HOME", "TMPDIR", "LANG", *wanted, *proxies, *(name.lower() for name in proxies)}
    needed.add("_CONTAINERS_ROOTLESS_UID")  # leads root's skopeo to the store's memory of blobs
    shells = {"PWD", "OLDPWD", "SHLVL", "_"}
    others = {name for name in lines if not name.startswith(("XDG_", "ECRMIRROR_"))} - needed - shells
    assert others == set()
    assert not any(secret in seen.read_text() for secret in secrets.values())
    # Nor does a core of it hold any, and its credentials are in memory.
    limit, dumped, auth = (seen.parent / "seen-more").read_text().splitlines()
    assert (limit, int(dumped, 16)) == ("0", 0)
    assert auth.startswith("/memfd:")


def leaves_no_core(process: subprocess.Popen) -> None:
    """What programs do for themselves: no dump of any size, of no memory, and none at all, nor a look by others."""
    own = Path(f"/proc/{process.pid}")
    (limit,) = [line for line in (own / "limits").read_text().splitlines() if line.startswith("Max core file size")]
    assert limit.split()[4:6] == ["0", "0"]
    assert int((own / "coredump_filter").read_text(), 16) == 0
    # What belongs to a process that may be dumped is its user's.
    assert (own / "environ").stat().st_uid == 0
    # One that dumps, and that Swift's runtime does not catch.
    process.send_signal(signal.SIGXCPU)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -os.WTERMSIG(status)
    assert os.WTERMSIG(status) == signal.SIGXCPU and not os.WCOREDUMP(status)


def without_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@pytest.fixture
def stranger(programs):
    """An account of a user without rights, and the programs where that may run them."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        own.chmod(0o755)
        for program in ("ecrmirror", "ecrmirror-batch", "ecrmirror-lambda"):
            shutil.copy(programs / program, own)
        account = Account(own / "account", own)
        for path in [own / "account", *(own / "account").rglob("*")]:
            os.chown(path, 65534, 65534)
        yield account
        account.close()


@pytest.mark.skipif(os.getuid() != 0, reason="becomes another user")
@pytest.mark.parametrize("program", ["ecrmirror", "ecrmirror-batch", "ecrmirror-lambda"])
def test_no_program_leaves_a_core(stranger, program):
    # Whoever waits for an answer that does not come has begun.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        images = (f"{host}/app:1.0", f"{host}/copy:1.0")
        words = {
            "ecrmirror": ["--local", stranger.store, "mirror", images[0]],
            "ecrmirror-batch": ["mirror", "--local", stranger.store, *images],
            "ecrmirror-lambda": ["schedule"],
        }
        options = {
            "env": {**stranger.environment, "AWS_LAMBDA_RUNTIME_API": host},
            "cwd": stranger.folder,
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            "user": 65534,
            "group": 65534,
            "extra_groups": [],
        }
        add = [stranger.programs / "ecrmirror", "--local", stranger.store, "add", *images]
        subprocess.run(add, **options, check=True, timeout=60)
        process = subprocess.Popen([stranger.programs / program, *words[program]], **options, preexec_fn=without_limit)
        try:
            silent.settimeout(60)
            with silent.accept()[0]:
                leaves_no_core(process)
        finally:
            process.kill()
    assert list(stranger.folder.glob("core*")) == []
