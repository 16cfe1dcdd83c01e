"""A control job over a table of mirrors in sync, on an emulated stack: time and memory."""

from pathlib import Path

from measure import run
from results import Results, mebibytes, spread

from lab.client import Client
from lab.cloud import Cloud
from lab.emulator import Emulator
from lab.images import make_image
from lab.stack import Stack

TIMES = 6
MEMORY = 64e6


class Control:
    def __init__(
        self, programs: Path, folder: Path, environment: dict[str, str], results: Results, source: str, destination: str
    ):
        self.program, self.folder, self.results = programs / "ecrmirror-batch", folder / "control", results
        self.environment, self.source, self.destination = environment, source, destination
        self.folder.mkdir()

    def measure(self, rows: int) -> None:
        tags = [f"c{number}" for number in range(rows)]
        for host in (self.source, self.destination):
            Client(host).push(make_image("control"), "control", *tags)
        with Emulator() as emulator:
            stack = Stack(Cloud(emulator, self.folder), Schedule="none", MirrorOnPush="false")
            stack.put_rows(
                {"Source": {"S": f"{self.source}/control:{tag}"}, "Destination": {"S": f"{self.destination}/control"}}
                for tag in tags
            )
            command = (self.program, "control", "--stack", stack.name)
            environment = {**self.environment, **stack.environment()}
            # The first run writes what it saw into every row, the others find nothing new.
            costs = [run(*command, environment=environment, folder=self.folder) for _ in range(TIMES)]
        peak = max(cost.peak for cost in costs)
        self.results.add(
            "control",
            f"control job over {rows:,} mirrors in sync",
            f"{spread([cost.wall for cost in costs[1:]])}, {mebibytes(peak)} with the run that writes all rows",
            bound=f"≤ {mebibytes(MEMORY)}",
            met=peak <= MEMORY,
        )
