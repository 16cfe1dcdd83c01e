"""What ECS does before a container starts, with the job's execution role: pulls the image, opens the log, fetches
secrets. A job without one is on EC2, where the host's role does it; that one may do everything here."""

import json
import re

from ministack.services import secretsmanager, ssm

from .. import identity
from ..permissions import role_permits
from .cannot_start import CannotStart
from .job import Job
from .names import short

ECR_IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)")
TRUSTED = "ecs-tasks.amazonaws.com"


def check(job: Job) -> None:
    """Whether ECS may assume the role, and pull the image with it."""
    role = job.container.get("executionRoleArn")
    if not role:
        return
    try:
        # ECS documents the account in the trust of task roles only.
        identity.check(role, TRUSTED, names_account=False)
    except identity.CannotAssume as error:
        raise CannotStart(str(error), f"ECS was unable to assume the role '{role}'") from error
    if match := ECR_IMAGE.match(job.container["image"]):
        account, region, repository = match.groups()
        arn = f"arn:aws:ecr:{region}:{account}:repository/{repository}"
        require(job, "unable to pull secrets or registry auth", "ecr:GetAuthorizationToken", "*")
        for action in ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"):
            require(job, "unable to pull image", action, arn)


def check_log(job: Job, group: str, stream: str) -> None:
    arn = job.scope.arn("logs", f"log-group:{group}:log-stream:{stream}")
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        require(job, "failed to validate logger args", action, arn)


def require(job: Job, purpose: str, action: str, resource: str) -> None:
    role = job.container.get("executionRoleArn")
    if role and not role_permits(role, short(job.container["taskArn"]), action, resource):
        message = f"{purpose}: {role} is not authorized to perform: {action} on resource: {resource}"
        raise CannotStart.initializing(message)


def secret(job: Job, reference: str) -> str:
    """The value of a secret, a JSON key of one, or a parameter."""
    words = reference.split(":")
    if reference.startswith("arn:") and words[2] == "secretsmanager":
        value = secret_value(job, ":".join(words[:7]))
        key = words[7] if len(words) > 7 else ""
        return json.loads(value)[key] if key else value
    name = reference.partition(":parameter")[2] or reference
    arn = job.scope.arn("ssm", f"parameter/{name.lstrip('/')}")
    require(job, "unable to pull secrets or registry auth", "ssm:GetParameters", arn)
    status, _, body = ssm._get_parameter({"Name": name, "WithDecryption": True})
    return found(reference, status, body)["Parameter"]["Value"]


def secret_value(job: Job, arn: str) -> str:
    require(job, "unable to pull secrets or registry auth", "secretsmanager:GetSecretValue", arn)
    status, _, body = secretsmanager._get_secret_value({"SecretId": arn})
    return found(arn, status, body)["SecretString"]


def found(reference: str, status: int, body: bytes) -> dict:
    if status != 200:
        raise CannotStart.initializing(f"unable to pull secrets or registry auth: there is no {reference}")
    return json.loads(body)
