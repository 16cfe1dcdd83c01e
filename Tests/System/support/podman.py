"""Stands for podman where an image is published: makes a small image with the label it is given, and pushes it.

LAB_REGISTRY and LAB_TOKEN are the registry and its password, LAB_LOG takes what was called, with the storage driver;
with LAB_FAILS a push fails.
"""

import json
import os
import pickle
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from lab.client import Client
from lab.images import INDEX, MANIFEST, Image, make_image

LOG = Path(os.environ["LAB_LOG"])
BUILT = LOG.with_suffix(".image")


def main(words: list[str]) -> None:
    with LOG.open("a") as file:
        print(os.environ.get("STORAGE_DRIVER", "-"), words[0], file=file)
    registry = Client(os.environ["LAB_REGISTRY"], credentials=("AWS", os.environ["LAB_TOKEN"]))
    match words:
        case ["build", *options]:
            name, label = (options[options.index(key) + 1] for key in ("--tag", "--label"))
            key, _, value = label.partition("=")
            image = make_image(name, architectures=(name.rpartition("-")[2],), labels={key: value})
            image.manifests.pop()
            BUILT.write_bytes(pickle.dumps(image))
        case ["push", name]:
            if os.environ.get("LAB_FAILS"):
                sys.exit("podman: the line went dead")
            registry.push(pickle.loads(BUILT.read_bytes()), *place(name))
        case ["manifest", "push", "--all", _, target]:
            repository, tag = place(target.removeprefix("docker://"))
            index = Image()
            index.add_manifest(INDEX, {"manifests": [child(registry, repository, tag, part) for part in PROCESSORS]})
            registry.push(index, repository, tag)


PROCESSORS = ("amd64", "arm64")


def place(name: str) -> tuple[str, str]:
    repository, _, tag = name.partition("/")[2].rpartition(":")
    return repository, tag


def child(registry: Client, repository: str, tag: str, processor: str) -> dict:
    path = f"/v2/{repository}/manifests/{tag}-{processor}"
    _, headers, body = registry.request("GET", path, headers={"Accept": MANIFEST})
    platform = {"os": "linux", "architecture": processor}
    described = {"mediaType": json.loads(body)["mediaType"], "digest": headers["Docker-Content-Digest"]}
    return {**described, "size": len(body), "platform": platform}


if __name__ == "__main__":
    main(sys.argv[1:])
