"""Batches of CodeBuild that a state machine starts and waits for: each build is a local executable.

It has the project's variables, with PART as containers/buildspec.yaml gives it, and the credentials of its role.
"""

from fnmatch import fnmatchcase
from typing import Any

from ministack.services import codebuild, s3, stepfunctions

from . import identity
from .containers import Container
from .scope import Scope
from .settings import settings

RESOURCE = "arn:aws:states:::codebuild:startBuildBatch"
PARTS = ("amd64", "arm64", "index")
SERVICE = "codebuild.amazonaws.com"


def install() -> None:
    stepfunctions._SERVICE_DISPATCH[RESOURCE] = run


def run(resource: str, request: dict[str, Any]) -> dict[str, Any]:
    """A batch from its beginning to its end; an execution's error when a build, or its source, fails."""
    project = codebuild._projects.get(request["ProjectName"])
    if project is None:
        raise failed(f"there is no project {request['ProjectName']}")
    source = project["source"]
    if source["type"] == "S3":
        bucket, _, key = source["location"].partition("/")
        if s3._get_object_data(bucket, key) is None:
            raise failed(f"DOWNLOAD_SOURCE: there is no {key} in {bucket}")
    given = [*project["environment"]["environmentVariables"], *lowered(request.get("EnvironmentVariablesOverride", []))]
    variables = {item["name"]: item["value"] for item in given}
    for part in PARTS:
        build(project, {**variables, "PART": part})
    return {"BuildBatch": {"ProjectName": project["name"], "BuildBatchStatus": "SUCCEEDED"}}


def lowered(items: list[dict[str, str]]) -> list[dict[str, str]]:
    """Step Functions writes the members with capitals."""
    return [{key[0].lower() + key[1:]: value for key, value in item.items()} for item in items]


def build(project: dict[str, Any], variables: dict[str, str]) -> None:
    found = (path for pattern, path in settings.builds.items() if fnmatchcase(project["name"], pattern))
    executable = next(found, None)
    if executable is None:
        raise failed(f"no executable is set for the builds of {project['name']}")
    try:
        granted = identity.assume(project["serviceRole"], SERVICE, "AWSCodeBuild")
    except identity.CannotAssume as error:
        raise failed(str(error)) from None
    container = Container()
    try:
        credentials = {
            "AWS_ACCESS_KEY_ID": granted["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": granted["SecretAccessKey"],
            "AWS_SESSION_TOKEN": granted["Token"],
            "AWS_REGION": Scope.current().region,
            "AWS_DEFAULT_REGION": Scope.current().region,
        }
        container.start([executable], {**settings.environment, **credentials, **variables})
        assert container.process is not None and container.process.stdout is not None
        said = container.process.stdout.read().decode(errors="replace")
        if status := container.process.wait():
            raise failed(f"the build of {variables['PART']} ended with {status}: {said[-2000:]}")
    except OSError as error:
        raise failed(f"{executable}: {error.strerror}") from None
    finally:
        container.kill()
        container.discard()


def failed(reason: str) -> Exception:
    return stepfunctions._ExecutionError("States.TaskFailed", reason)
