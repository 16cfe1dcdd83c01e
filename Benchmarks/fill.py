"""Filling an empty registry, beside skopeo alone: sixteen copies at a time, which is the floor, and one by one."""

import json
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from measure import Cost, Failed, add_processor, median, ratio, run
from results import Results, seconds, spread

from lab.client import Client
from lab.distance import Distance
from lab.images import make_image
from lab.registry import Registry

IMAGES = 24
LAYER_BYTES = 500_000
# Each way, as to a registry on the same continent.
DELAY = 0.015
PAIRS = 3
AT_ONCE = 16

COPY = (
    *("skopeo", "copy", "--all", "--preserve-digests", "--retry-times", "3"),
    *("--src-tls-verify=false", "--dest-tls-verify=false"),
)


class Fill:
    def __init__(self, programs: Path, folder: Path, environment: dict[str, str], results: Results):
        self.programs, self.folder, self.environment, self.results = programs, folder / "fill", environment, results
        self.folder.mkdir()
        self.number = 0

    def measure(self) -> None:
        with Registry(self.folder / "source") as source:
            client = Client(source.host)
            for number in range(IMAGES):
                client.push(make_image(f"fill-{number}", layer_bytes=LAYER_BYTES), f"team/app-{number}", "1.0")
            with Distance(self.folder / "line", source.host, DELAY) as far:
                self.compare(f"fill of {IMAGES} images, 30 ms line", far.host, DELAY, 3.5)
            self.compare(f"fill of {IMAGES} images, no line", source.host, 0, 2.4)

    def compare(self, what: str, source: str, delay: float, bound: float) -> None:
        ours: list[Cost] = []
        floor: list[Cost] = []
        for _ in range(PAIRS):
            ours.append(self.by_us(source, delay))
            floor.append(self.by_xargs(source, delay))
        sync = self.by_sync(source, delay)
        wall = median(ours).wall
        times = ratio([cost.wall for cost in ours], [cost.wall for cost in floor])
        self.results.add(
            "fill",
            what,
            spread([cost.wall for cost in ours]),
            beside=f"{spread([cost.wall for cost in floor])} skopeo {AT_ONCE} at a time; "
            f"{seconds(sync.wall)} skopeo sync",
            ratio=times,
            bound=f"≤ {bound} s, ≤ 1.15 times the floor",
            met=wall <= bound and times <= 1.15,
        )
        add_processor(self.results, "fill", what, ours, floor, copies=IMAGES)

    @contextmanager
    def empty(self, delay: float) -> Iterator[tuple[str, Path, dict[str, str]]]:
        """An empty registry, a folder, and an environment in which skopeo remembers nothing."""
        self.number += 1
        folder = self.folder / str(self.number)
        home = folder / "home"
        home.mkdir(parents=True)
        with ExitStack() as stack:
            registry = stack.enter_context(Registry(folder / "registry"))
            host = registry.host
            if delay:
                host = stack.enter_context(Distance(self.folder / "line", host, delay)).host
            yield host, folder, {**self.environment, "HOME": str(home)}
            client = Client(registry.host)
            for number in range(IMAGES):
                if client.digest(f"team/app-{number}", "1.0") is None:
                    raise Failed(f"image {number} did not arrive")

    def by_us(self, source: str, delay: float) -> Cost:
        with self.empty(delay) as (destination, folder, environment):
            table = folder / "table.csv"
            rows = [f"{source}/team/app-{n}:1.0,{destination}/team/app-{n}\n" for n in range(IMAGES)]
            table.write_text("".join(rows))
            program = [self.programs / "ecrmirror", "--local", folder / "store"]
            run(*program, "import", table, environment=environment, folder=folder)
            return run(*program, "mirror", "--all", environment=environment, folder=folder)

    def by_xargs(self, source: str, delay: float) -> Cost:
        with self.empty(delay) as (destination, folder, environment):
            pairs = [
                f"docker://{source}/team/app-{n}:1.0 docker://{destination}/team/app-{n}:1.0" for n in range(IMAGES)
            ]
            (folder / "pairs").write_text("\n".join(pairs) + "\n")
            command = f"xargs -P{AT_ONCE} -L1 {shlex.join(COPY)} < {shlex.quote(str(folder / 'pairs'))}"
            return run("sh", "-c", command, environment=environment, folder=folder)

    def by_sync(self, source: str, delay: float) -> Cost:
        with self.empty(delay) as (destination, folder, environment):
            images = {f"team/app-{number}": ["1.0"] for number in range(IMAGES)}
            # JSON is YAML too.
            (folder / "sync.yaml").write_text(json.dumps({source: {"tls-verify": False, "images": images}}))
            return run(
                *("skopeo", "sync", "--all", "--src", "yaml", "--dest", "docker", "--dest-tls-verify=false"),
                *(folder / "sync.yaml", f"{destination}/team"),
                environment=environment,
                folder=folder,
            )
