"""Made images: valid, multi-architecture, of any size, and the same for the same seed."""

import gzip
import hashlib
import io
import json
import random
import tarfile
from dataclasses import dataclass, field

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Manifest:
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        return digest(self.content)


@dataclass
class Image:
    """Blobs by digest, and manifests in the order of a push: the platforms' first, the index last."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: list[Manifest] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return self.manifests[-1].digest

    def add_blob(self, media_type: str, content: bytes) -> dict:
        key = digest(content)
        self.blobs[key] = content
        return {"mediaType": media_type, "digest": key, "size": len(content)}

    def add_manifest(self, media_type: str, document: dict) -> dict:
        content = json.dumps({"schemaVersion": 2, "mediaType": media_type, **document}).encode()
        self.manifests.append(Manifest(media_type, content))
        return {"mediaType": media_type, "digest": digest(content), "size": len(content)}


def make_image(
    seed: int | str,
    *,
    architectures: tuple[str, ...] = ("amd64", "arm64"),
    layers: int = 2,
    layer_bytes: int = 2000,
    labels: dict[str, str] | None = None,
    base: str | None = None,
    attested: bool = False,
) -> Image:
    """An index with one Linux image for each architecture; each has its own `layers` of `layer_bytes` noise.

    With `attested` the index lists a provenance after each image, as BuildKit's does.

    All but the last are those of `base`, if any: images that name the same one share them.
    """
    image = Image()
    children = []
    for architecture in architectures:
        owners = [seed if base is None or number == layers - 1 else base for number in range(layers)]
        tars = [_tar(f"{owner}/{architecture}/{number}", layer_bytes) for number, owner in enumerate(owners)]
        # Level 0 stores the noise, which no level could make smaller, as fast as memory is copied.
        descriptors = [image.add_blob(LAYER, gzip.compress(tar, compresslevel=0, mtime=0)) for tar in tars]
        config = {
            "architecture": architecture,
            "os": "linux",
            "config": {"Labels": {"seed": str(seed), **(labels or {})}},
            "rootfs": {"type": "layers", "diff_ids": [digest(tar) for tar in tars]},
            "history": [{"created_by": "noise"} for _ in tars],
        }
        child = image.add_manifest(
            MANIFEST, {"config": image.add_blob(CONFIG, json.dumps(config).encode()), "layers": descriptors}
        )
        children.append({**child, "platform": {"os": "linux", "architecture": architecture}})
        if attested:
            children.append(_attestation(image, child["digest"]))
    image.add_manifest(INDEX, {"manifests": children})
    return image


def _attestation(image: Image, subject: str) -> dict:
    """As docs.docker.com/build/metadata/attestations/attestation-storage has it."""
    statement = json.dumps({"_type": "https://in-toto.io/Statement/v0.1", "subject": subject}).encode()
    layer = image.add_blob("application/vnd.in-toto+json", statement)
    unknown = {"architecture": "unknown", "os": "unknown"}
    config = {**unknown, "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
    manifest = image.add_manifest(
        MANIFEST, {"config": image.add_blob(CONFIG, json.dumps(config).encode()), "layers": [layer]}
    )
    notes = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": subject}
    return {**manifest, "annotations": notes, "platform": unknown}


def _tar(seed: str, size: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("noise.bin")
        entry.size = size
        archive.addfile(entry, io.BytesIO(random.Random(seed).randbytes(size)))
    return out.getvalue()
