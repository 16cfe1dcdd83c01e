"""What commands take over a store of many rows, and over one of none."""

from pathlib import Path

from measure import Cost, run, words
from results import Results

STORES, EMPTY = 5, 9


class Tables:
    def __init__(self, programs: Path, folder: Path, environment: dict[str, str], results: Results):
        self.program, self.folder, self.results = programs / "ecrmirror", folder / "tables", results
        self.environment = environment
        self.folder.mkdir()

    def measure(self, rows: int) -> None:
        table, empty = self.folder / "rows.csv", self.folder / "empty.csv"
        table.write_text("".join(f"127.0.0.1:9/source/app-{n}:1.0,127.0.0.1:9/copy/app-{n}\n" for n in range(rows)))
        empty.write_text("source,destination,expires,enabled\n")
        stores = [self.folder / f"rows-{number}" for number in range(STORES)]
        self.add(f"import of {rows:,} rows", [self.run(store, "import", table) for store in stores])
        again = [self.run(store, "import", table) for store in stores]
        self.add(f"import of {rows:,} rows again: nothing changes", again)
        self.add(f"status --json of {rows:,} rows", [self.run(store, "status", "--json") for store in stores])
        none = self.folder / "none"
        self.run(none, "import", empty)
        self.add("status of an empty table", [self.run(none, "status") for _ in range(EMPTY)])

    def run(self, store: Path, *arguments: str | Path) -> Cost:
        command = (self.program, "--local", store, *arguments)
        return run(*command, environment=self.environment, folder=self.folder)

    def add(self, what: str, costs: list[Cost]) -> None:
        self.results.add("tables", what, words(costs))
