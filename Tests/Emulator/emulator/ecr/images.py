"""What ECR's API tells of images: an entry for each tag, pages, sizes."""

import json
from collections.abc import Sequence
from typing import Any

from ministack.core.responses import json_response
from ministack.services import ecr

from ..refusal import Refusal

PAGE = 100
"""Entries of a page unless `maxResults` says otherwise; 1,000 at most."""


def install() -> None:
    ecr._list_images = answering(list_images)
    ecr._describe_images = answering(describe_images)
    ecr._batch_get_image = answering(batch_get_image)


def answering(operation):
    """An operation of MiniStack's from one that returns a document or raises a Refusal."""

    def handler(request: dict[str, Any]) -> tuple:
        try:
            return json_response(operation(request), content_type="application/x-amz-json-1.1")
        except Refusal as refusal:
            return refusal.answer()

    return handler


def list_images(request: dict[str, Any]) -> dict[str, Any]:
    wanted = (request.get("filter") or {}).get("tagStatus", "ANY")
    found = []
    for image in stored(request["repositoryName"]):
        digest, tags = {"imageDigest": image["imageDigest"]}, image.get("imageTags", [])
        if tags and wanted != "UNTAGGED":
            found += [{**digest, "imageTag": tag} for tag in tags]
        elif not tags and wanted != "TAGGED":
            found.append(digest)
    return page(found, request, "imageIds")


def describe_images(request: dict[str, Any]) -> dict[str, Any]:
    name, wanted = request["repositoryName"], (request.get("filter") or {}).get("tagStatus", "ANY")
    if identifiers := request.get("imageIds"):
        return {"imageDetails": [detail(name, existing(name, identifier)) for identifier in identifiers]}
    status = {"ANY": (True, False), "TAGGED": (True,), "UNTAGGED": (False,)}[wanted]
    found = [detail(name, image) for image in stored(name) if bool(image.get("imageTags")) in status]
    return page(found, request, "imageDetails")


def batch_get_image(request: dict[str, Any]) -> dict[str, Any]:
    name = request["repositoryName"]
    stored(name)
    found, failures = [], []
    for identifier in request["imageIds"]:
        image = ecr._find_image(name, identifier)
        if image is None:
            reason = "Requested image not found"
            failures.append({"imageId": identifier, "failureCode": "ImageNotFound", "failureReason": reason})
            continue
        tag = {"imageTag": identifier["imageTag"]} if "imageTag" in identifier else {}
        found.append(
            {
                "registryId": image["registryId"],
                "repositoryName": name,
                "imageId": {"imageDigest": image["imageDigest"], **tag},
                "imageManifest": image["imageManifest"],
                "imageManifestMediaType": image["imageManifestMediaType"],
            }
        )
    return {"images": found, "failures": failures}


def detail(name: str, image: dict[str, Any]) -> dict[str, Any]:
    shape = {
        "registryId": image["registryId"],
        "repositoryName": name,
        "imageDigest": image["imageDigest"],
        "imagePushedAt": image["imagePushedAt"],
        "imageManifestMediaType": image["imageManifestMediaType"],
    }
    manifest = json.loads(image["imageManifest"])
    if "layers" in manifest:
        parts = [manifest.get("config") or {}, *manifest["layers"]]
        shape["imageSizeInBytes"] = sum(part.get("size", 0) for part in parts)
        shape["artifactMediaType"] = (manifest.get("config") or {}).get("mediaType", "")
    if tags := image.get("imageTags"):
        shape["imageTags"] = list(tags)
    return shape


def stored(name: str) -> list[dict[str, Any]]:
    if name not in ecr._repositories:
        registry = ecr._registry_id()
        message = f"The repository with name '{name}' does not exist in the registry with id '{registry}'"
        raise Refusal("RepositoryNotFoundException", message)
    return ecr._images.get(name) or []


def existing(name: str, identifier: dict[str, str]) -> dict[str, Any]:
    stored(name)
    image = ecr._find_image(name, identifier)
    if image is None:
        raise Refusal("ImageNotFoundException", f"The image with imageId {json.dumps(identifier)} does not exist")
    return image


def page(items: Sequence[dict[str, Any]], request: dict[str, Any], key: str) -> dict[str, Any]:
    token = request.get("nextToken") or "0"
    if not token.isdigit():
        raise Refusal("InvalidParameterException", "Invalid parameter at 'nextToken'")
    start, size = int(token), request.get("maxResults") or PAGE
    answer: dict[str, Any] = {key: list(items[start : start + size])}
    if start + size < len(items):
        answer["nextToken"] = str(start + size)
    return answer
