"""Small programs in C that stand between or behind what is measured: they must cost next to nothing themselves."""

import mmap
import struct
import subprocess
from pathlib import Path

from .processes import die_with_parent, stop

WORD = 8


class Native:
    """The program `NAME.c` of this folder, built in `folder` and run there; it first says the ports it listens at.

    It shares `words` numbers of 64 bits with this process, in a file that is its first argument but for `before`.
    """

    def __init__(self, name: str, folder: Path, words: int, ports: int, *arguments: str, before: tuple[str, ...] = ()):
        folder.mkdir(parents=True, exist_ok=True)
        program, shared = folder / name, folder / f"{name}.counts"
        if not program.exists():
            source = Path(__file__).with_name(f"{name}.c")
            subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source], check=True, timeout=120)
        shared.write_bytes(bytes(words * WORD))
        with shared.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), words * WORD)
        self._process = subprocess.Popen(
            [str(program), *before, str(shared), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self.hosts = [f"127.0.0.1:{int(self._process.stdout.readline())}" for _ in range(ports)]

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
