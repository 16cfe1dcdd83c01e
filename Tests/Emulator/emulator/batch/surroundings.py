"""What a job's container finds around it: variables, its role's credentials, and the image's executables."""

import contextlib
import json
import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from .. import identity
from ..settings import settings
from .cannot_start import CannotStart
from .execution_role import TRUSTED, secret
from .job import Job
from .names import short


def variables(job: Job, environment: dict[str, Any], attempt: int) -> dict[str, str]:
    """The container's environment, the user's part of it last but for what Batch reserves."""
    found = {
        "PATH": path(job.container["image"]),
        "AWS_REGION": job.scope.region,
        "AWS_DEFAULT_REGION": job.scope.region,
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE" if "FARGATE" in job.detail["platformCapabilities"] else "AWS_ECS_EC2",
        **settings.environment,
        **{each["name"]: each.get("value", "") for each in job.container["environment"]},
        **{each["name"]: secret(job, each["valueFrom"]) for each in job.container["secrets"]},
        "AWS_BATCH_JOB_ID": job.id,
        "AWS_BATCH_JOB_ATTEMPT": str(attempt),
        "AWS_BATCH_JQ_NAME": job.queue["jobQueueName"],
        "AWS_BATCH_CE_NAME": environment["computeEnvironmentName"],
    }
    if job.is_child:
        found["AWS_BATCH_JOB_ARRAY_INDEX"] = str(job.detail["arrayProperties"]["index"])
    return found


OVERRIDES = 8192
"""Characters of what RunTask is told beside the task definition, the formatting of its JSON included:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html"""


def refused_by_ecs(job: Job, environment: dict[str, Any]) -> str | None:
    """Why the job fails before its first task, as Batch says it of jobs with too much to tell them."""
    told = {each["name"]: each.get("value", "") for each in job.container["environment"]} | {
        "AWS_BATCH_JOB_ID": job.id,
        "AWS_BATCH_JOB_ATTEMPT": str(len(job.detail["attempts"]) + 1),
        "AWS_BATCH_JQ_NAME": job.queue["jobQueueName"],
        "AWS_BATCH_CE_NAME": environment["computeEnvironmentName"],
    }
    variables = [{"name": name, "value": value} for name, value in told.items()]
    overrides = [{"name": "default", "command": job.container["command"], "environment": variables}]
    if len(json.dumps({"containerOverrides": overrides}, separators=(",", ":"))) <= OVERRIDES:
        return None
    return f"Container Overrides length must be at most {OVERRIDES}"


def path(image: str) -> str:
    """The PATH of an image's container."""
    machine = os.environ.get("PATH", os.defpath)
    if not settings.images:
        return machine
    for pattern, folder in settings.images.items():
        if fnmatchcase(image, pattern):
            return f"{folder}{os.pathsep}{machine}"
    raise CannotStart(f"CannotPullContainerError: pull image manifest has been retried 5 time(s): {image}: not found")


@contextlib.contextmanager
def granted(job: Job) -> Iterator[dict[str, str]]:
    """The variables that lead to the job role's credentials, for as long as the container lives."""
    role = job.container.get("jobRoleArn")
    if not role:
        yield {}
        return
    try:
        identity.check(role, TRUSTED)
    except identity.CannotAssume as error:
        raise CannotStart(str(error), f"ECS was unable to assume the role '{role}'") from error
    grant = identity.Grant(role, short(job.container["taskArn"]))
    try:
        yield {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{os.environ['AWS_ENDPOINT_URL']}/_emulator/credentials/{grant.id}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": grant.token,
        }
    finally:
        grant.revoke()
