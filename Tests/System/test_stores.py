"""Stores of other users, on file systems that cannot be written, and full."""

import contextlib
import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.images import make_image
from support.account import Account
from support.screen import Screen

NOBODY = 65534
CLONE_NEWNS = 0x20000
MS_REC, MS_PRIVATE, MS_BIND, MS_REMOUNT, MS_RDONLY = 0x4000, 1 << 18, 0x1000, 0x20, 1

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="other users and mounts take root")


def mount(source: str, target: Path, kind: str | None, flags: int, data: str | None = None) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [text.encode() if text is not None else None for text in (source, str(target), kind)]
    if libc.mount(*words, ctypes.c_ulong(flags), data.encode() if data else None) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def apart(*steps: Callable[[], None]) -> Callable[[], None]:
    """What a child does first: it takes mounts of its own, which go with it."""

    def prepare() -> None:
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        mount("none", Path("/"), None, MS_REC | MS_PRIVATE)
        for step in steps:
            step()

    return prepare


def read_only(folder: Path) -> Callable[[], None]:
    def step() -> None:
        mount(str(folder), folder, None, MS_BIND)
        mount("none", folder, None, MS_BIND | MS_REMOUNT | MS_RDONLY)

    return step


@pytest.fixture
def open_folder():
    """A folder that every user may reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="ecrmirror-open-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def store(account: Account, open_folder: Path, programs: Path) -> Path:
    """A store with a row and a finished job, at rest."""
    folder = open_folder / "store"
    run(programs, folder, "add", "127.0.0.1:1/team/app:1", "127.0.0.1:1/mirror/app:1")
    job = """
        INSERT INTO jobs (id, name, origin, mirror, source, destinations, state, created, started, stopped)
        VALUES ('a1', 'adhoc-a1', 'adhoc', ?1, ?1, '127.0.0.1:1/mirror/app:1', 'SUCCEEDED', ?2, ?2, ?2)"""
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(folder / "mirrors.db")) as database:
        database.execute(job, ("127.0.0.1:1/team/app:1", now))
        database.execute("INSERT INTO attempts (job, number, started) VALUES ('a1', 1, ?)", (now,))
        database.commit()
    (folder / "jobs/a1").mkdir(mode=0o700)
    (folder / "jobs/a1/attempt-1.log").write_text("copied\n")
    return folder


def run(programs: Path, folder: Path, *words: str, check: bool = True, **options) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TMPDIR": "/tmp", "LANG": "C.UTF-8"}
    ran = subprocess.run(
        [programs / "ecrmirror", "--local", folder, *words],
        env=environment, capture_output=True, text=True, timeout=120, cwd="/", **options,
    )  # fmt: skip
    if check:
        assert ran.returncode == 0, ran.stderr
    return ran


LOOKS = [
    ("status", "--json"),
    ("jobs", "--json"),
    ("logs", "a1"),
    ("history", "--json"),
    ("timer",),
    ("export", "-", "--format", "csv"),
]


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("words", LOOKS, ids=lambda words: words[0])
def test_a_store_on_a_read_only_file_system_is_looked_at(programs: Path, store: Path, words: tuple[str, ...]):
    before = names(store)
    usual = run(programs, store, *words)
    ran = run(programs, store, *words, preexec_fn=apart(read_only(store)))
    assert "read-only" in ran.stderr and "its file system is read-only" in ran.stderr
    if words[0] in ("status", "jobs", "export"):
        assert "team/app" in ran.stdout
    assert strip(ran.stdout) == strip(usual.stdout)
    assert names(store) == before
    assert not list(Path("/tmp").glob("ecrmirror-look-*")), "the copy that was looked at has gone"


def strip(text: str) -> str:
    """Without the time of asking."""
    try:
        document = json.loads(text)
    except ValueError:
        return text
    document.pop("asOf", None) if isinstance(document, dict) else None
    return json.dumps(document)


@pytest.mark.parametrize("words", [("add", "a.example/b:1", "c.example/d"), ("mirror", "--all"), ("check",), ("run",)])
def test_a_store_on_a_read_only_file_system_is_not_changed(programs: Path, store: Path, words: tuple[str, ...]):
    ran = run(programs, store, *words, check=False, preexec_fn=apart(read_only(store)))
    assert ran.returncode == 1
    assert "is read-only (its file system is read-only): nothing is changed" in ran.stderr


def test_a_write_ahead_log_without_an_index_is_read_too(programs: Path, store: Path, open_folder: Path):
    """As in a copy of a store that was made while it was at work."""
    holder = sqlite3.connect(store / "mirrors.db")
    holder.execute("UPDATE mirrors SET enabled = 0")
    holder.commit()
    copy = open_folder / "copy"
    copy.mkdir(mode=0o700)
    for name in ("mirrors.db", "mirrors.db-wal"):
        shutil.copy(store / name, copy / name)
    holder.close()
    ran = run(programs, copy, "status", "--json", preexec_fn=apart(read_only(copy)))
    assert json.loads(ran.stdout)["entries"][0]["enabled"] is False


@pytest.mark.parametrize("is_live", [False, True], ids=["at rest", "at work"])
def test_a_store_that_this_user_may_read_only_is_looked_at(programs: Path, store: Path, is_live: bool):
    holder = sqlite3.connect(store / "mirrors.db")
    if is_live:
        holder.execute("UPDATE mirrors SET enabled = 0")
        holder.commit()
    else:
        holder.close()
    for path in [store, *store.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for words in LOOKS:
        ran = run(programs, store, *words, user=NOBODY, group=NOBODY, extra_groups=[])
        assert "this user cannot write to it" in ran.stderr
        if words[0] == "status":
            assert json.loads(ran.stdout)["entries"][0]["enabled"] is not is_live
        if words[0] == "logs":
            assert "copied" in ran.stdout
    refused = run(programs, store, "mirror", "--all", check=False, user=NOBODY, group=NOBODY, extra_groups=[])
    assert refused.returncode == 1 and "nothing is changed" in refused.stderr
    holder.close()


def test_another_users_store_is_refused_with_whom_to_be(programs: Path, store: Path):
    for path in [store, *store.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    for words in [("status",), ("mirror", "--all"), ("run",), ("--read-only", "status")]:
        ran = run(programs, store, *words, check=False)
        assert ran.returncode == 1
        assert f"{store} belongs to nobody; run as that user, as with `sudo -u nobody`" in ran.stderr, ran.stderr
    doctor = run(programs, store, "doctor", "--json", check=False)
    folder = next(check for check in json.loads(doctor.stdout)["checks"] if check["name"] == "folder")
    assert doctor.returncode == 1 and folder["status"] == "failed" and "belongs to nobody" in json.dumps(folder)
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == before
    # Its owner goes on as before, as with `sudo -u ecrmirror` on /var/lib/ecrmirror.
    run(programs, store, "status", user=NOBODY, group=NOBODY, extra_groups=[])
    run(programs, store, "disable", "127.0.0.1:1/team/app:1", user=NOBODY, group=NOBODY, extra_groups=[])


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_store_that_others_may_write_is_refused(programs: Path, store: Path, mode: int):
    store.chmod(mode)
    for words in [("status",), ("mirror", "--all"), ("run",)]:
        ran = run(programs, store, *words, check=False)
        assert ran.returncode == 1 and f"chmod go-w {store}" in ran.stderr, ran.stderr
    doctor = run(programs, store, "doctor", "--json", check=False)
    folder = next(check for check in json.loads(doctor.stdout)["checks"] if check["name"] == "folder")
    assert folder["status"] == "failed" and "is writable by" in json.dumps(folder)


def test_read_only_status_makes_no_database_of_a_file(programs: Path, open_folder: Path):
    folder = open_folder / "store"
    folder.mkdir(mode=0o700)
    precious = open_folder / "precious"
    precious.touch()
    (folder / "mirrors.db").symlink_to(precious)
    ran = run(programs, folder, "--read-only", "status", check=False)
    assert ran.returncode == 1 and "is not a regular file" in ran.stderr
    assert precious.read_bytes() == b""
    (folder / "mirrors.db").unlink()
    missing = run(programs, open_folder / "none", "--read-only", "status", "--json", check=False)
    assert missing.returncode == 1 and "there is no store" in missing.stderr
    assert names(folder) == [] and not (open_folder / "none").exists()


def test_the_dashboard_on_a_read_only_file_system_says_so(account: Account):
    account.ecrmirror("add", "127.0.0.1:1/team/app:1", "127.0.0.1:1/mirror/app:1")
    mounts = f"mount --bind {account.store} {account.store} && mount -o remount,bind,ro {account.store}"
    command = [account.programs / "ecrmirror", "--local", account.store]
    words = ["unshare", "-m", "sh", "-c", f'{mounts} && exec "$@"', "sh", *command]
    with Screen(list(map(str, words)), account.environment, account.folder, 24, 120) as screen:
        screen.wait("team/app")
        screen.wait("READ-ONLY")
        screen.press("7")
        screen.wait(lambda screen: "is read-only: its file system is read-only" in " ".join(screen.text.split()))
        screen.press("q")


def test_folders_are_this_users_alone_whatever_the_umask(account: Account):
    def loose() -> None:
        os.umask(0)

    environment = account.environment
    for words in (["add", "127.0.0.1:1/a:1", "127.0.0.1:1/b"], ["status"]):
        command = [account.programs / "ecrmirror", *words]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120, preexec_fn=loose)
    with Screen(
        ["sh", "-c", f"umask 0; exec {account.programs}/ecrmirror"], environment, account.folder, 24, 80
    ) as screen:
        screen.wait("127.0.0.1:1/a")
        screen.press("2")
        screen.wait("no jobs")
        screen.press("q")
        screen.wait_for_end()
    home = account.folder / "home"
    for folder in (
        home / ".local/share/ecrmirror",
        home / ".local/share/ecrmirror/jobs",
        home / ".local/state/ecrmirror",
    ):
        assert folder.stat().st_mode & 0o7777 == 0o700, folder
    for file in (home / ".local/share/ecrmirror").iterdir():
        assert file.is_dir() or file.stat().st_mode & 0o7777 == 0o600, file


def test_an_auth_file_that_others_may_change_is_warned_of(account: Account):
    file = account.folder / "auth.json"
    file.write_text("{}")
    file.chmod(0o666)
    account.make_store()
    ran = account.ecrmirror("status", REGISTRY_AUTH_FILE=str(file))
    assert f"warning: {file} is writable by everybody" in ran.stderr
    checks = account.run(
        "ecrmirror", *account.place, "--read-only", "doctor", "--json", exit=None, REGISTRY_AUTH_FILE=str(file)
    )
    found = next(check for check in checks.json["checks"] if check["name"] == "auth file")
    assert found["status"] == "warning" and "can be changed by others" in json.dumps(found)


def test_a_disk_that_is_full_while_mirror_waits_is_told_once(account: Account, source, destination, client):
    image = make_image("app", layer_bytes=50_000)
    client(source).push(image, "app", "1.0")
    store, leave = account.store, account.folder / "leave"
    store.mkdir(mode=0o700)
    skopeo = account.folder / "skopeo"
    skopeo.write_text(f"""#!/bin/sh
case "$*" in *--version*) exec skopeo --version;; esac
dd if=/dev/zero of={store}/filler bs=4k 2>/dev/null
while [ ! -e {leave} ]; do sleep 0.1; done
rm {store}/filler
exit 2
""")
    skopeo.chmod(0o755)
    account.configure("worker:\n  backoff: 0s\n  attempts: 1\n")
    script = f"""mount -t tmpfs -o size=4m,mode=700 none {store}
        ecrmirror=$1; shift
        "$ecrmirror" --local {store} add {source.host}/app:1.0 {destination.host}/copy:1.0 || exit 70
        exec "$ecrmirror" --local {store} mirror --all"""
    command = ["unshare", "-m", "sh", "-c", script, "sh", str(account.programs / "ecrmirror")]
    environment = {**account.environment, "ECRMIRROR_SKOPEO": str(skopeo)}
    said = []
    with subprocess.Popen(command, env=environment, cwd="/", stderr=subprocess.PIPE, text=True) as mirror:
        watchdog = threading.Timer(120, mirror.kill)
        watchdog.start()
        for line in mirror.stderr:
            said.append(line)
            if "the store's disk is full" in line:
                leave.touch()
        watchdog.cancel()
    assert mirror.returncode == 1, said
    told = [line for line in said if "the store's disk is full" in line]
    assert len(told) == 1 and "free some space there" in told[0], said


# Files that the file system can hold, its root included: a store has more.
@pytest.mark.parametrize("kind", ["bytes", "2", "3", "4", "5"])
def test_a_full_disk_is_told_as_one(programs: Path, open_folder: Path, kind: str):
    folder = open_folder / "store"
    folder.mkdir(mode=0o700)
    # Pages and files: the store fits, and little more.
    data = "size=400k,mode=700" if kind == "bytes" else f"size=16m,nr_inodes={kind},mode=700"

    def small() -> None:
        mount("none", folder, "tmpfs", 0, data)
        if kind == "bytes":
            (folder / "filler").write_bytes(bytes(360 << 10))

    ran = run(programs, folder, "add", "127.0.0.1:1/a:1", "127.0.0.1:1/b", check=False, preexec_fn=apart(small))
    assert ran.returncode == 1
    assert "free some space there" in ran.stderr, ran.stderr
    assert "make it writable" not in ran.stderr
