"""Local stores to look at: tables of mirrors that were looked at, a job with a long log, and others who write there."""

import fcntl
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

LOG_LINE = "2026-11-23T20:00:00.000Z Copying blob sha256:" + "0123456789abcdef" * 4


class Store:
    """A store of `rows` mirrors, each with a digest on both sides; one in a hundred has drifted."""

    def __init__(self, program: str, environment: dict[str, str], folder: Path, rows: int, registry: str):
        self.program, self.environment, self.folder = program, environment, folder
        folder.mkdir()
        table = folder / "rows.csv"
        pairs = [(f"docker.io/team-{n % 97}/app-{n}:1.{n % 20}", f"{registry}/mirror/app-{n}") for n in range(rows)]
        table.write_text("".join(f"{source},{destination}\n" for source, destination in pairs))
        self.run("import", str(table))
        now = int(time.time() * 1000)
        with sqlite3.connect(folder / "mirrors.db") as database:
            database.executemany(
                "INSERT INTO observed (mirror, destination, state, source_digest, digest, since, checked) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        source, f"{destination}:{source.rsplit(':', 1)[1]}", "in-sync" if n % 100 else "drifted",
                        f"sha256:{n:064x}", f"sha256:{n if n % 100 else n + 1:064x}", now - n * 1000, now,
                    )
                    for n, (source, destination) in enumerate(pairs)
                ),
            )  # fmt: skip
        database.close()

    def run(self, *arguments: str) -> None:
        command = [self.program, "--local", str(self.folder), *arguments]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def add_job(self, lines: int) -> Path:
        """A job that runs, as its row says, with a log of so many lines: where more may be written."""
        now = int(time.time() * 1000)
        with sqlite3.connect(self.folder / "mirrors.db") as database:
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
        log = self.folder / "jobs/bench/attempt-1.log"
        log.parent.mkdir(parents=True)
        log.write_text("".join(f"{LOG_LINE} {number}\n" for number in range(lines)))
        return log


class Repeated:
    """Something that happens again and again, beside what is measured."""

    def __init__(self, seconds: float, action: Callable[[int], None]):
        self._over = threading.Event()

        def work() -> None:
            number = 0
            while not self._over.wait(seconds):
                action(number)
                number += 1

        self._thread = threading.Thread(target=work)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()


def changes(store: Store) -> Repeated:
    """Somebody else who changes a row every two seconds."""
    return Repeated(2, lambda number: store.run(("disable", "enable")[number % 2], "docker.io/team-5/app-5:1.5"))


def growth(log: Path) -> Repeated:
    """A job that goes on writing, some hundred lines a second."""

    def write(number: int) -> None:
        with log.open("a") as file:
            file.writelines(f"{LOG_LINE} {number}.{line}\n" for line in range(40))

    return Repeated(0.1, write)


class Locked:
    """Somebody who holds all locks of the database: whoever reads or writes waits.

    In WAL mode these are bytes 120 to 127 of the index file (sqlite.org/walformat.html, 2.3.1).
    """

    def __init__(self, store: Store):
        self._path = store.folder / "mirrors.db-shm"

    def __enter__(self) -> None:
        self._file = os.open(self._path, os.O_RDWR)
        fcntl.lockf(self._file, fcntl.LOCK_EX, 8, 120)

    def __exit__(self, *_) -> None:
        os.close(self._file)
