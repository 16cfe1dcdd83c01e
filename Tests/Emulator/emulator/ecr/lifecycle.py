"""Lifecycle policies of repositories: held to ECR's rules when they are put, and carried out when a test asks."""

import json
import time
from typing import Any

from ministack.services import ecr

from ..refusal import Refusal
from ..scope import Scope
from .lifecycle_rules import DAY, Stored, evaluate, parse

_put = ecr._put_lifecycle_policy
_archived: dict[tuple[Scope, str, str], float] = {}
"""When an image was archived, by its registry, repository and digest."""


def install() -> None:
    ecr._put_lifecycle_policy = put


def put(request: dict[str, Any]) -> tuple:
    try:
        parse(request.get("lifecyclePolicyText", ""))
    except Refusal as refusal:
        return refusal.answer()
    return _put(request)


def sweep(days: float) -> dict[str, Any]:
    """Carries out all policies as ECR does within a day, as though so many days had passed."""
    now, expired, archived = time.time() + days * DAY, [], []
    for identity, text in ecr._lifecycle_policies.to_dict().items():
        account, region, name = identity
        for digest, rule in Scope(account, region).run(taken, name, text, now):
            (expired if rule.action == "expire" else archived).append(f"{name}@{digest}")
    return {"expired": expired, "archived": archived}


def taken(name: str, text: str, now: float) -> list:
    scope, images = Scope.current(), ecr._images.get(name) or []
    seen = [stored(image, _archived.get((scope, name, image["imageDigest"]))) for image in images]
    found = evaluate(parse(text), seen, now)
    gone = {digest for digest, rule in found.items() if rule.action == "expire"}
    for digest in found.keys() - gone:
        _archived[scope, name, digest] = now
    images[:] = [image for image in images if image["imageDigest"] not in gone]
    for digest in gone:
        (ecr._manifest_blobs.get(name) or {}).pop(digest, None)
    return list(found.items())


def stored(image: dict[str, Any], archived: float | None) -> Stored:
    children = tuple(child["digest"] for child in json.loads(image["imageManifest"]).get("manifests", []))
    return Stored(
        digest=image["imageDigest"],
        tags=tuple(image.get("imageTags", [])),
        pushed=image["imagePushedAt"],
        archived=archived,
        children=children,
    )
