"""Where a demo runs, and what of it is left."""

import os
from pathlib import Path

from lab.processes import processes_with, stop_all


class Place:
    """A command with a home and a folder for temporary files, in which nothing may be left."""

    def __init__(self, folder: Path, command: list[str | Path]):
        self.home, self.temporary = folder / "home", folder / "tmp"
        self.home.mkdir()
        self.temporary.mkdir()
        self.mark = ("DEMO_TEST", str(folder))
        self.command = list(map(str, command))
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            **dict([self.mark]),
        }

    def is_clean(self) -> bool:
        return not processes_with(*self.mark) and not [*self.home.iterdir(), *self.temporary.iterdir()]

    def close(self) -> None:
        stop_all(*self.mark)
