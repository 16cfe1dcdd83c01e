"""Tags of Batch's resources, by ARN."""

from typing import Any

from . import definitions, store
from .names import client_error, short


def tags_of(arn: str) -> dict[str, str]:
    """The resource's own tags, to read and to change."""
    kind = arn.rpartition(":")[2] if "/" not in arn else arn.split(":", 5)[-1].partition("/")[0]
    resource = {
        "compute-environment": store.environments.get,
        "job-queue": store.queues.get,
        "scheduling-policy": lambda name: store.policies.get(arn),
        "job-definition": definitions.find,
        "job": lambda name: job.detail if (job := store.job(name)) else None,
    }.get(kind, lambda name: None)(short(arn))
    if resource is None:
        raise client_error(f"Resource {arn} does not exist.")
    return resource["tags"]


def listed(arn: str) -> dict[str, Any]:
    return {"tags": tags_of(arn)}


def tag(arn: str, tags: dict[str, str]) -> dict[str, Any]:
    kept = tags_of(arn)
    if len({**kept, **tags}) > 50:
        raise client_error("A resource can have at most 50 tags.")
    kept.update(tags)
    return {}


def untag(arn: str, keys: list[str]) -> dict[str, Any]:
    kept = tags_of(arn)
    for key in keys:
        kept.pop(key, None)
    return {}
