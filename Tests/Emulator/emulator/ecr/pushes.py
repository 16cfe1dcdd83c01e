"""Pushes to ECR: what they need, what immutable tags refuse, the limit on PutImage, and the event that follows."""

import json
from fnmatch import fnmatchcase
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecr

from .. import events
from ..rate import Rate
from ..scope import Scope
from ..settings import settings
from . import repositories, templates
from .lifecycle_rules import fits

_put_image_rate = Rate()
_put_image, _put_manifest = ecr._put_image, ecr._v2_put_manifest
_start_upload = ecr._v2_start_blob_upload


def install() -> None:
    ecr._v2_start_blob_upload = start_upload
    ecr._put_image = put_image
    ecr._v2_put_manifest = put_manifest


def start_upload(name: str, query: dict[str, Any], body: bytes) -> tuple:
    """The first request of a push: where a creation template is for that, it makes the repository."""
    if name not in ecr._repositories and (template := templates.for_push(name)):
        given = ("imageTagMutability", "imageTagMutabilityExclusionFilters", "encryptionConfiguration")
        settings = {key: template[key] for key in given if template.get(key)}
        ecr._create_repository({"repositoryName": name, "tags": template.get("resourceTags") or [], **settings})
    if repositories.setting("BLOB_MOUNTING") != "ENABLED":
        # What is asked to be mounted has to be uploaded then, as for a layer that is nowhere.
        query = {key: value for key, value in query.items() if key not in ("mount", "from")}
    return _start_upload(name, query, body)


def put_image(request: dict[str, Any]) -> tuple:
    """The API's PutImage."""
    name, tag = request["repositoryName"], request.get("imageTag")
    if not _put_image_rate.allows(settings.put_image_rate):
        return error_response_json("ThrottlingException", "Rate exceeded", 400)
    digest = request.get("imageDigest") or ecr._image_digest(request["imageManifest"])
    if tag and tags(name).get(tag) not in (None, digest) and immutable(name, tag):
        return error_response_json("ImageTagAlreadyExistsException", already(name, tag), 400)
    if known(name, digest, tag):
        message = f"Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{name}'"
        return error_response_json("ImageAlreadyExistsException", message, 400)
    answer = _put_image(request)
    if answer[0] == 200:
        pushed(name, json.loads(answer[2])["image"]["imageId"]["imageDigest"], tag)
    return answer


def put_manifest(name: str, reference: str, headers: dict[str, str], body: bytes) -> tuple:
    """The registry's PUT of a manifest, behind which ECR calls PutImage."""
    if not _put_image_rate.allows(settings.put_image_rate):
        return ecr._registry_error(429, "TOOMANYREQUESTS", "Rate exceeded")
    tag = None if reference.startswith("sha256:") else reference
    if tag and tag in tags(name) and immutable(name, tag):
        # Whatever the digest: ECR refuses the same manifest too.
        return ecr._registry_error(400, "TAG_INVALID", already(name, tag))
    if refused := unfit(name, reference, body):
        return refused
    answer = _put_manifest(name, reference, headers, body)
    if answer[0] == 201:
        pushed(name, answer[1]["Docker-Content-Digest"], tag)
    return answer


def unfit(name: str, reference: str, body: bytes) -> tuple | None:
    """Why ECR would not take the manifest, if so."""
    if name not in ecr._repositories:
        return None  # MiniStack says so itself.
    try:
        manifest = json.loads(body)
    except ValueError:
        return ecr._registry_error(400, "MANIFEST_INVALID", "the manifest is not JSON")
    if reference.startswith("sha256:") and reference != ecr._content_digest(body):
        return ecr._registry_error(400, "DIGEST_INVALID", "the manifest has another digest")
    layers = [part["digest"] for part in [manifest.get("config"), *manifest.get("layers", [])] if part]
    images = [part["digest"] for part in manifest.get("manifests", [])]
    for kind, wanted, present in (
        ("Layers", layers, ecr._layer_blobs.get(name) or {}),
        ("Images", images, ecr._manifest_blobs.get(name) or {}),
    ):
        if missing := [digest for digest in wanted if digest not in present]:
            message = (
                f"{kind} with digests '[{', '.join(missing)}]' required for pushing image into repository with name "
                f"'{name}' in the registry with id '{ecr._registry_id()}' do not exist"
            )
            return ecr._registry_error(400, "MANIFEST_BLOB_UNKNOWN", message)
    return None


def already(name: str, tag: str) -> str:
    return (
        f"The image tag '{tag}' already exists in the '{name}' repository "
        "and cannot be overwritten because the tag is immutable."
    )


def tags(name: str) -> dict[str, str]:
    """The digest that each tag of a repository points at."""
    return {tag: image["imageDigest"] for image in ecr._images.get(name) or [] for tag in image.get("imageTags", [])}


def known(name: str, digest: str, tag: str | None) -> bool:
    """Whether the repository has the image, and with this tag."""
    if tag is not None:
        return tags(name).get(tag) == digest
    return any(image["imageDigest"] == digest for image in ecr._images.get(name) or [])


def immutable(name: str, tag: str) -> bool:
    """Whether the tag may not be moved: filters name the exceptions, with `*` for any characters."""
    repository = ecr._repositories.get(name) or {}
    rule = repository.get("imageTagMutability", "MUTABLE")
    filters = repository.get("imageTagMutabilityExclusionFilters") or ()
    return rule.startswith("IMMUTABLE") != any(fits(each["filter"], tag) for each in filters)


def pushed(name: str, digest: str, tag: str | None) -> None:
    """Says on the event bus that an image came; a child of an index has no tag."""
    image = next(image for image in ecr._images[name] if image["imageDigest"] == digest)
    detail = {
        "result": "SUCCESS",
        "repository-name": name,
        "image-digest": digest,
        "action-type": "PUSH",
        "manifest-media-type": image.get("imageManifestMediaType", ""),
        "artifact-media-type": "application/vnd.docker.container.image.v1+json",
    }
    if tag:
        detail["image-tag"] = tag
    region = next((region for glob, region in settings.replicas.items() if fnmatchcase(name, glob)), None)
    if region is None:
        events.emit("aws.ecr", "ECR Image Action", detail)
    else:
        replicated(detail, region)


def replicated(push: dict[str, str], region: str) -> None:
    """Says it of an image that ECR brought from another region, in the form that its documentation has.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
    """
    kept = ("result", "repository-name", "image-digest", "image-tag")
    account = Scope.current().account
    detail = {
        **{name: push[name] for name in kept if name in push},
        "source-account": account,
        "action-type": "REPLICATE",
        "source-region": region,
    }
    repository = ecr._repositories[push["repository-name"]]["repositoryArn"]
    events.emit("aws.ecr", "ECR Replication Action", detail, [repository])
