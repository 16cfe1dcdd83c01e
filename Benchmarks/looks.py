"""A check of mirrors that are in sync, beside a load generator that sends as many HEADs on as many connections."""

from pathlib import Path

from measure import MIB, Cost, Failed, median, ratio, run
from results import Results, mebibytes, seconds, spread

from lab.canned import Asked, Canned
from lab.client import ACCEPT
from lab.images import make_image

# Of a repository: as many as one page of tags has at the registries that people have.
TAGS = 100
# Mirrors, seconds from a request to its answer, pairs, bounds of seconds and MiB.
CASES = (
    (1_000, 0.03, 3, 0.40, 48),
    (10_000, 0.03, 3, 3.0, 64),
    (1_000, 0, 5, None, 48),
    (10_000, 0, 5, None, 64),
    (100_000, 0, 3, None, 64),
)


class Looks:
    def __init__(self, programs: Path, folder: Path, environment: dict[str, str], results: Results):
        self.program, self.folder, self.results = programs / "ecrmirror", folder / "looks", results
        self.environment = environment
        self.folder.mkdir()
        # Seconds and bytes of a check without delay, by the number of rows.
        self.undelayed: dict[int, Cost] = {}

    def run(self, rows: int, *arguments: str | Path, output: Path | None = None) -> Cost:
        store = self.folder / f"store-{rows}"
        command = (self.program, "--local", store, *arguments)
        return run(*command, environment=self.environment, folder=self.folder, output=output)

    def measure(self) -> None:
        with Canned(self.folder / "registry", make_image("looks")) as registry:
            for rows in dict.fromkeys(case[0] for case in CASES):
                self.fill(rows, registry)
            for case in CASES:
                self.compare(registry, *case)
            few, many = (self.undelayed[rows] for rows in (10_000, 100_000))
            self.results.add(
                "looks",
                "100,000 in sync beside 10,000, no delay: times as long, MiB more",
                f"{many.wall / few.wall:.1f} times, {(many.peak - few.peak) / MIB:+.0f} MiB",
                bound="linear in time, flat in memory",
                met=many.wall <= 12 * few.wall and many.peak - few.peak <= 8 * MIB,
            )
            self.outputs(100_000)

    def fill(self, rows: int, registry: Canned) -> None:
        table = self.folder / f"{rows}.csv"
        source, destination = registry.hosts
        with table.open("w") as file:
            for number in range(rows):
                name, tag = f"team-{number // TAGS % 97}/app-{number // TAGS}", f"1.{number % TAGS}"
                file.write(f"{source}/{name}:{tag},{destination}/mirror/{name}\n")
        self.run(rows, "import", table)
        # The first check writes what it saw into every row, later ones find nothing new.
        registry.delay = 0
        self.run(rows, "check")

    def compare(self, registry: Canned, rows: int, delay: float, pairs: int, within: float | None, most: int) -> None:
        registry.delay = delay
        ours: list[Cost] = []
        theirs: list[Cost] = []
        for _ in range(pairs):
            registry.forget()
            ours.append(self.run(rows, "check"))
            asked = registry.asked()
            theirs.append(self.generated(registry, asked))
        mine, least = median(ours), median(theirs)
        times = ratio([cost.wall for cost in ours], [cost.wall for cost in theirs])
        if not delay:
            self.undelayed[rows] = mine
        # Linear and flat is what a hundred thousand are held to.
        quick = mine.wall <= within if within else times <= 1.25 or rows > 10_000
        speed = f"≤ {within:.2f} s" if within else "≤ 1.25 times the generator" if rows <= 10_000 else ""
        self.results.add(
            "looks",
            f"{rows:,} in sync, {f'{delay * 1000:.0f} ms a request' if delay else 'no delay'}",
            f"{spread([cost.wall for cost in ours])}, {mebibytes(mine.peak)}, {asked.requests:,} requests "
            f"on {asked.connections} connections, {mine.processor / asked.requests * 1e6:.0f} µs of processor each",
            beside=f"{spread([cost.wall for cost in theirs])} ab's HEADs, "
            f"{least.processor / asked.requests * 1e6:.0f} µs",
            ratio=times,
            bound=", ".join(filter(None, [speed, f"≤ {most} MiB"])),
            met=quick and mine.peak <= most * MIB,
        )
        per = mine.processor / rows / 2
        if not delay:
            self.results.add(
                "looks",
                f"{rows:,} in sync: processor time a look, starting and ending included",
                f"{per * 1e6:.0f} µs",
                bound="≤ 60 µs",
                met=per <= 60e-6,
            )

    def generated(self, registry: Canned, asked: Asked) -> Cost:
        """ab, as it really sends HEAD: wrk and h2load wait for the body that no answer to one has."""
        connections = min(max(asked.connections, 1), 20_000)
        url = f"http://{registry.hosts[0]}/v2/team-1/app-1/manifests/1.0"
        words = ("ab", "-q", "-k", "-i", "-H", f"Accept: {ACCEPT}", "-n", str(asked.requests), "-c", str(connections))
        registry.forget()
        cost = run(*words, url, environment=self.environment, folder=self.folder)
        # It says nothing of requests that it did not send as asked.
        if registry.asked().heads < asked.requests:
            raise Failed(f"ab sent {registry.asked()} where {asked.requests} HEADs were wanted")
        return cost

    def outputs(self, rows: int) -> None:
        document, table = self.folder / "status.json", self.folder / "export.csv"
        for what, arguments, output in (
            ("status --json", ("status", "--json"), document),
            ("export", ("export", table), None),
        ):
            cost = median([self.run(rows, *arguments, output=output) for _ in range(3)])
            size = (output or table).stat().st_size
            self.results.add(
                "looks",
                f"{what} of {rows:,} rows",
                f"{seconds(cost.wall)}, {seconds(cost.processor)} of processor, {mebibytes(cost.peak)}; "
                f"{size / 1e6:.0f} MB written",
                bound="≤ 64 MiB",
                met=cost.peak <= 64 * MIB,
            )
            table.unlink(missing_ok=True)
