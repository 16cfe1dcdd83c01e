"""How soon the function of pushes asks for its first event and how large it is then, beside the same function in Python
with boto3."""

import statistics
import sys
from pathlib import Path

from measure import ratio
from results import Results

from lab.runtime_api import Function, RuntimeAPI

PAIRS = 9


class Functions:
    def __init__(self, programs: Path, folder: Path, results: Results):
        self.folder, self.results = folder / "functions", results
        self.folder.mkdir()
        self.ours = [str(programs / "ecrmirror-lambda")]
        self.python = [sys.executable, str(Path(__file__).parent / "handler.py")]

    def measure(self) -> None:
        # The first pair warms the machine up.
        pairs = [(self.cold_start(self.ours), self.cold_start(self.python)) for _ in range(PAIRS + 1)][1:]
        (seconds, size), (python_seconds, python_size) = (
            tuple(statistics.median(pair[side][what] for pair in pairs) for what in (0, 1)) for side in (0, 1)
        )
        self.results.add(
            "functions",
            "Lambda, exec to first poll",
            f"{seconds * 1000:.0f} ms, {size:.0f} MB",
            beside=f"{python_seconds * 1000:.0f} ms, {python_size:.0f} MB in Python with boto3",
            ratio=ratio(*([pair[side][0] for pair in pairs] for side in (0, 1))),
            bound="≤ 18 ms, ≤ 22 MB",
            met=seconds <= 0.0185 and size <= 22.5,
        )

    def cold_start(self, command: list[str]) -> tuple[float, float]:
        """Seconds to the first poll of a function, and its peak of resident megabytes."""
        with RuntimeAPI() as api:
            credentials = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "ECRMIRROR_STACK": "bench"}
            function = Function(api, command, "push", self.folder / "function.log", **credentials)
            try:
                return function.seconds_to_first_poll(), function.resident_kilobytes() * 1024 / 1e6
            finally:
                function.stop()
