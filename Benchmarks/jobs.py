"""What one job costs beside the skopeo in it, and where there is nothing to copy."""

from collections import Counter
from pathlib import Path

from fill import COPY
from measure import Cost, Failed, add_processor, median, ratio, run, words
from results import Results, mebibytes, spread

from lab.client import Client
from lab.images import make_image
from lab.registry import Registry

PAIRS = 15


class Jobs:
    def __init__(
        self,
        programs: Path,
        folder: Path,
        environment: dict[str, str],
        results: Results,
        source: Registry,
        destination: Registry,
    ):
        self.program, self.folder, self.environment = programs / "ecrmirror-batch", folder / "jobs", environment
        self.results, self.source, self.destination = results, source, destination
        self.folder.mkdir()
        self.client = Client(source.host)

    def measure(self) -> None:
        self.copies("small", 50_000)
        self.copies("large", 5_000_000)
        self.in_step()
        self.second_tag()

    def run(self, *command: str | Path) -> Cost:
        return run(*command, environment=self.environment, folder=self.folder)

    def mirror(self, source: str, destination: str) -> Cost:
        return self.run(self.program, "mirror", "--local", self.folder / "store", source, destination)

    def pair(self, repository: str, tag: str) -> tuple[str, str]:
        return f"{self.source.host}/{repository}:{tag}", f"{self.destination.host}/{repository}:{tag}"

    def copies(self, name: str, layer_bytes: int) -> None:
        """Each copy has an image and a repository of its own: skopeo remembers blobs, and a second copy of one would be
        no copy."""
        ours, bare = [], []
        for number in range(PAIRS + 1):
            sides = []
            for side in ("job", "bare"):
                repository = f"{name}/{side}-{number}"
                self.client.push(make_image(repository, layer_bytes=layer_bytes), repository, "1.0")
                sides.append(self.pair(repository, "1.0"))
            job = self.mirror(*sides[0])
            skopeo = self.run(*COPY, *(f"docker://{reference}" for reference in sides[1]))
            # The first pair warms the machine up.
            if number:
                ours.append(job)
                bare.append(skopeo)
        mine, least = median(ours), median(bare)
        what = f"one job, {4 * layer_bytes / 1e6:.1f} MB in 2 platforms"
        add_processor(self.results, "copies", what, ours, bare)
        self.results.add(
            "copies",
            f"{what}: wall",
            f"{spread([cost.wall for cost in ours])}, {mebibytes(mine.peak)}",
            beside=f"{spread([cost.wall for cost in bare])} skopeo copy, {mebibytes(least.peak)}",
            ratio=ratio([cost.wall for cost in ours], [cost.wall for cost in bare]),
        )

    def in_step(self) -> None:
        for place in (self.source, self.destination):
            Client(place.host).push(make_image("step"), "step", "1.0")
        costs = [self.mirror(*self.pair("step", "1.0")) for _ in range(PAIRS)]
        self.results.add(
            "copies",
            "one image in step already, ecrmirror-batch mirror",
            words(costs),
            bound="≤ 25 ms",
            met=median(costs).wall <= 0.025,
        )

    def second_tag(self) -> None:
        tags = [f"t{number}" for number in range(PAIRS)]
        self.client.push(make_image("alias", layer_bytes=500_000), "alias", "1.0", *tags)
        self.mirror(*self.pair("alias", "1.0"))
        before = self.gets()
        costs = [self.mirror(*self.pair("alias", tag)) for tag in tags]
        gets = self.gets() - before
        missing = [tag for tag in tags if Client(self.destination.host).digest("alias", tag) is None]
        if missing:
            raise Failed(f"tags that did not arrive: {missing}")
        cost = median(costs)
        self.results.add(
            "copies",
            "second tag of a digest that is there",
            f"{spread([cost.wall for cost in costs])}, {gets.total() / PAIRS:.1f} GETs at the source",
            bound="≤ 60 ms, no GET at the source",
            met=cost.wall <= 0.06 and not gets,
        )

    def gets(self) -> Counter:
        """What was read at the source, but for `/v2/` itself."""
        asked = self.source.requests()
        return Counter({key: count for key, count in asked.items() if key[0] == "GET" and "alias" in key[1]})
