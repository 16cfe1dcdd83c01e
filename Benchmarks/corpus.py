"""Repositories over common base images, into a registry that mounts: what travels beside what there is."""

from pathlib import Path

from measure import run
from results import Results, seconds

from lab.client import Client
from lab.distance import Distance
from lab.images import Image, make_image
from lab.registry import Registry

REPOSITORIES, BASES = 50, 10
LAYERS, LAYER_BYTES = 3, 400_000
# HTTP's own bytes, manifests, and what asks whether a blob is there.
OVERHEAD = 1.05


def unique_bytes(images: list[Image]) -> int:
    return sum(
        len(content) for content in {key: content for image in images for key, content in image.blobs.items()}.values()
    )


class Corpus:
    def __init__(self, programs: Path, folder: Path, environment: dict[str, str], results: Results):
        self.program, self.folder, self.results = programs / "ecrmirror", folder / "corpus", results
        self.folder.mkdir()
        (self.folder / "home").mkdir()
        self.environment = {**environment, "HOME": str(self.folder / "home")}

    def measure(self) -> None:
        names = [f"team-{number % 7}/app-{number}" for number in range(REPOSITORIES)]
        images = [
            make_image(f"corpus-{number}", base=f"base-{number % BASES}", layers=LAYERS, layer_bytes=LAYER_BYTES)
            for number in range(REPOSITORIES)
        ]
        unique = unique_bytes(images)
        carried = sum(len(content) for image in images for content in image.blobs.values())
        with Registry(self.folder / "source") as source, Registry(self.folder / "destination") as destination:
            client = Client(source.host)
            for name, image in zip(names, images, strict=True):
                client.push(image, name, "1.0")
            line = self.folder / "line"
            with Distance(line, source.host) as pulled, Distance(line, destination.host) as uploaded:
                table = self.folder / "corpus.csv"
                table.write_text("".join(f"{pulled.host}/{name}:1.0,{uploaded.host}/{name}\n" for name in names))
                program = (self.program, "--local", self.folder / "store")
                run(*program, "import", table, environment=self.environment, folder=self.folder)
                cost = run(*program, "mirror", "--all", environment=self.environment, folder=self.folder)
                for what, count in (("uploaded", uploaded.sent), ("pulled", pulled.received)):
                    self.results.add(
                        "corpus",
                        f"{REPOSITORIES} repositories over {BASES} base images, bytes {what}",
                        f"{count / 1e6:.1f} MB in {seconds(cost.wall)}",
                        beside=f"{unique / 1e6:.1f} MB unique of {carried / 1e6:.1f} MB",
                        ratio=count / unique,
                        bound=f"≤ {OVERHEAD} times unique",
                        met=count <= OVERHEAD * unique,
                    )
