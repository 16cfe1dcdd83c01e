"""Small programs in C that stand between or behind what is measured: they must cost next to nothing themselves."""

import mmap
import struct
import subprocess
import tempfile
from pathlib import Path

from .processes import die_with_parent, stop

WORD, DELAY = 8, 0


class Native:
    """The program `NAME.c` of this folder, built in `folder` and run there; it first says the ports it listens at.

    It shares `words` numbers of 64 bits with this process alone, in a file that is its first argument: the first of
    them is its delay.
    """

    def __init__(self, name: str, folder: Path, words: int, ports: int, *arguments: str):
        folder.mkdir(parents=True, exist_ok=True)
        program = folder / name
        if not program.exists():
            source = Path(__file__).with_name(f"{name}.c")
            subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source], check=True, timeout=120)
        # Of each process its own: several of one program may run side by side.
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{name}-", suffix=".counts") as shared:
            shared.truncate(words * WORD)
            self._shared = mmap.mmap(shared.fileno(), words * WORD)
            self._process = subprocess.Popen(
                [str(program), shared.name, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
            # Once it listens it has the file, whose name nobody needs any more.
            self.hosts = [f"127.0.0.1:{int(self._process.stdout.readline())}" for _ in range(ports)]

    @property
    def delay(self) -> float:
        """Seconds for which it holds what it answers or passes on."""
        return self[DELAY] / 1e6

    @delay.setter
    def delay(self, seconds: float) -> None:
        self[DELAY] = round(seconds * 1e6)

    def __getitem__(self, word: int) -> int:
        return struct.unpack_from("=Q", self._shared, word * WORD)[0]

    def __setitem__(self, word: int, value: int) -> None:
        struct.pack_into("=Q", self._shared, word * WORD, value)

    def close(self) -> None:
        stop(self._process)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.close()
