"""What was seen, step by step: on the terminal, and in a file to send back."""

import re
import time
from pathlib import Path


class StepFailed(Exception):
    """What was seen is not what must be seen; the sentence says what."""


class Report:
    """`file` takes everything; account numbers in it are made unrecognizable."""

    def __init__(self, file: Path):
        self.file = file
        self.failed: list[str] = []
        self._began = time.monotonic()
        file.write_text("")

    def step(self, name: str) -> None:
        self._say(f"\n{name}")

    def saw(self, what: str) -> None:
        self._say(f"  ok      {what}")

    def failure(self, step: str, reason: str) -> None:
        self.failed.append(step)
        self._say(f"  FAILED  {reason}")

    def detail(self, title: str, text: str) -> None:
        """For the file only: what helps to find out why."""
        with self.file.open("a") as file:
            file.write(masked(f"  --- {title}\n{text}\n"))

    def end(self) -> int:
        """The exit status."""
        if not self.failed:
            self._say("\nall that must be seen was seen")
            return 0
        self._say(f"\nfailed: {'; '.join(self.failed)}. Send {self.file} with an issue: no account number is in it")
        return 1

    def _say(self, line: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        stamped = f"{line}  ({minutes}:{seconds:02})" if line.startswith("  ") else line
        print(stamped, flush=True)
        with self.file.open("a") as file:
            file.write(masked(stamped) + "\n")


def masked(text: str) -> str:
    """Without account numbers, which are 12 digits."""
    return re.sub(r"(?<![0-9a-f])[0-9]{12}(?![0-9a-f])", "111122223333", text)
