"""A program on a pseudo-terminal, and what a person would see there."""

import array
import contextlib
import fcntl
import os
import re
import select
import signal
import termios
import time
from collections.abc import Callable
from pathlib import Path

import ptyprocess
import pyte

HUNG = 60  # seconds; a watchdog, far above what a key takes

KEYS = {
    "Up": "\x1bOA",
    "Down": "\x1bOB",
    "Right": "\x1bOC",
    "Left": "\x1bOD",
    "Home": "\x1bOH",
    "End": "\x1bOF",
    "PageUp": "\x1b[5~",
    "PageDown": "\x1b[6~",
    "Insert": "\x1b[2~",
    "Delete": "\x1b[3~",
    "Enter": "\r",
    "Escape": "\x1b",
    "Tab": "\t",
    "Space": " ",
    "Backspace": "\x7f",
    **{f"F{number}": code for number, code in enumerate(("\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS"), 1)},
    **{f"C-{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}


# Keys that follow each other faster, or are read at once, are no person's.
PAUSE = 0.05
QUESTION = re.compile(r"\[ No \]|Type .+ to confirm|\(y/n\)")
TIOCGPTN = 0x80045430


def _pause() -> float:
    """On a busy machine the kernel hands keys to the program late, and two of them at once."""
    return PAUSE * min(max(os.getloadavg()[0] / (os.cpu_count() or 1), 1), 6)


class _Emulator(pyte.Screen):
    """pyte knows neither REP (repeat the last character), which ncurses sends for long runs, nor SU and SD (scroll)."""

    def draw(self, data: str) -> None:
        if data:
            self._last = data[-1]
        super().draw(data)

    def repeat_last(self, count: int = 1, **_) -> None:
        self.draw(getattr(self, "_last", " ") * max(count, 1))

    def scroll_up(self, count: int = 1, **_) -> None:
        self._scroll(self.index, lambda margins: margins.bottom, count)

    def scroll_down(self, count: int = 1, **_) -> None:
        self._scroll(self.reverse_index, lambda margins: margins.top, count)

    def _scroll(self, move: Callable[[], None], edge: Callable[[pyte.screens.Margins], int], count: int) -> None:
        """At the edge of the region an index moves the lines instead of the cursor."""
        before = self.cursor.y
        self.cursor.y = edge(self.margins or pyte.screens.Margins(0, self.lines - 1))
        for _ in range(max(count, 1)):
            move()
        self.cursor.y = before


class _Stream(pyte.ByteStream):
    csi = {  # noqa: RUF012 (pyte reads it from the class)
        **pyte.ByteStream.csi,
        "b": "repeat_last",
        "S": "scroll_up",
        "T": "scroll_down",
    }
    events = pyte.ByteStream.events | {"repeat_last", "scroll_up", "scroll_down"}


class Screen:
    def __init__(self, command: list[str], environment: dict[str, str], folder: Path, rows: int, columns: int):
        self.raw = bytearray()
        self._emulator = _Emulator(columns, rows)
        self._stream = _Stream(self._emulator)
        self._process = ptyprocess.PtyProcess.spawn(
            command, cwd=str(folder), env=environment, dimensions=(rows, columns), echo=True
        )
        # The terminal's answers to the program's questions.
        self._emulator.write_process_input = lambda text: self._write(text.encode())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._emulator.display]

    @property
    def text(self) -> str:
        """The whole screen, without blanks at the ends of lines."""
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column, from 0."""
        return self._emulator.cursor.y, self._emulator.cursor.x

    def cell(self, row: int, column: int):
        """A character with its `fg`, `bg`, `bold`, `reverse`."""
        return self._emulator.buffer[row][column]

    def line_with(self, text: str) -> str:
        """The first line that contains the text; empty where none does."""
        return next((line for line in self.lines if text in line), "")

    def press(self, *keys: str) -> None:
        """Each is the name of a key (`Down`, `C-c`, `F1`) or text to type; one after the other, as a person does."""
        for key in keys:
            self.send(KEYS.get(key, key).encode())
            self.wait_until_read()
            if not key.startswith("\x1b[<"):  # The mouse's reports come as they are.
                # What follows an Esc soon is Alt; a text that is sent at once is a burst, which lasts for 0.1 s.
                time.sleep(0.3 if key == "Escape" or (key not in KEYS and len(key) > 1) else _pause())

    def answer(self, *keys: str) -> None:
        """Keys for the question on the screen, with the pause before that it asks for."""
        self.wait(QUESTION)
        time.sleep(0.3)
        self.press(*keys)

    def send(self, data: bytes) -> None:
        """Bytes as a program or a terminal would send them: at once."""
        self._write(data)

    def wait(self, condition: "str | re.Pattern | Callable[[Screen], bool]", within: float = 120.0) -> None:
        """Returns once the screen shows the text or pattern, or meets the condition. `within` is a watchdog only."""
        if isinstance(condition, str):
            met = lambda: condition in self.text  # noqa: E731
        elif isinstance(condition, re.Pattern):
            met = lambda: condition.search(self.text) is not None  # noqa: E731
        else:
            met = lambda: condition(self)  # noqa: E731
        deadline = time.monotonic() + within
        while not met():
            if not self._read(deadline - time.monotonic()):
                if met():
                    return
                raise AssertionError(f"the screen never came to {condition!r}; it shows:\n{self.text}")

    def settle(self, quiet: float = 0.3) -> None:
        """Reads until nothing came for `quiet` seconds: before a picture of what no condition describes."""
        while self._read(quiet):
            pass

    def wait_for_end(self, within: float = 120.0) -> int:
        """Reads until the program has ended; its exit status, or the negative number of the signal that ended it."""
        deadline = time.monotonic() + within
        while self._read(deadline - time.monotonic()):
            pass
        while self._process.isalive():
            if time.monotonic() > deadline:
                raise AssertionError(f"the program did not end; its screen shows:\n{self.text}")
            time.sleep(0.01)
        if self._process.signalstatus is not None:
            return -self._process.signalstatus
        return self._process.exitstatus

    def resize(self, rows: int, columns: int) -> None:
        self._emulator.resize(rows, columns)
        self._process.setwinsize(rows, columns)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    @property
    def is_sane(self) -> bool:
        """Whether the terminal echoes and reads lines, as a shell expects it."""
        modes = termios.tcgetattr(self._process.fd)[3]
        return bool(modes & termios.ECHO) and bool(modes & termios.ICANON)

    def hang_up(self) -> None:
        """Closes the terminal, as a window that is closed; the program gets SIGHUP."""
        self._process.fileobj.close()

    def close(self) -> None:
        with contextlib.suppress(OSError, ValueError, ptyprocess.PtyProcessError):
            self._process.close(force=True)

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def wait_until_read(self, within: float = 2.0) -> None:
        """Until the program took what was written; a program that reads nothing is not waited for any longer."""
        number = array.array("i", [0])
        waiting = array.array("i", [0])
        deadline = time.monotonic() + within
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._process.fd, TIOCGPTN, number)
            while time.monotonic() < deadline:
                terminal = os.open(f"/dev/pts/{number[0]}", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
                try:
                    fcntl.ioctl(terminal, termios.FIONREAD, waiting)
                finally:
                    os.close(terminal)
                if waiting[0] == 0:
                    return
                self._read(0.005)

    def _write(self, data: bytes) -> None:
        while data:
            # A program that is busy painting does not read: let it paint.
            readable, writable, _ = select.select([self._process.fd], [self._process.fd], [], HUNG)
            if not readable and not writable:
                raise AssertionError(f"the program reads no keys; its screen shows:\n{self.text}")
            if readable and not self._read(0):
                return
            if writable:
                data = data[os.write(self._process.fd, data) :]

    def _read(self, timeout: float) -> bool:
        """Feeds what came; false at the end of the program, or where nothing came in time."""
        readable, _, _ = select.select([self._process.fd], [], [], max(timeout, 0))
        if not readable:
            return False
        try:
            data = os.read(self._process.fd, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)
