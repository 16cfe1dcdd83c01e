"""An account as the steps use it: clients, stacks, waiting, and what the program said."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from .report import Report, StepFailed

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PREFIX = "ecrmirror-first"
"""What the names of everything that is made begin with."""
STACK, IMAGES = PREFIX, f"{PREFIX}-images"
# Seconds that anything may take: a watchdog. A build takes some 15 minutes.
HUNG = 3600


@dataclass
class Options:
    """What the command line gives."""

    binaries: Path
    image: str
    vpc: str
    subnets: str
    source: str
    poll: float
    """Seconds between two looks at something that takes its time."""
    keep: bool


@dataclass
class Account:
    options: Options
    report: Report
    number: str = ""
    region: str = ""
    # What later steps need of former ones.
    found: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # boto3 knows the older name of the variable only.
        self.session = boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)
        self.region = self.session.region_name or ""
        self._clients: dict[str, Any] = {}

    def __getattr__(self, service: str) -> Any:
        """`account.ecr` is a client; also `account.lambda_`."""
        if service.startswith("_"):
            raise AttributeError(service)
        name = service.rstrip("_")
        if name not in self._clients:
            self._clients[name] = self.session.client(name)
        return self._clients[name]

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """What the look gives, once it gives something."""
        deadline = time.monotonic() + HUNG
        while not (seen := look()):
            if time.monotonic() > deadline:
                raise StepFailed(f"never seen within an hour: {what}")
            time.sleep(self.options.poll)
        return seen

    # Stacks.

    def deploy(self, name: str, template: str, **parameters: str) -> None:
        """Makes the stack; StepFailed with what CloudFormation said."""
        self.cloudformation.create_stack(
            StackName=name,
            TemplateBody=(REPOSITORY / "cfn" / template).read_text(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        self.settle(name, "CREATE_COMPLETE")

    def delete(self, name: str) -> None:
        """Deletes the stack, if there is one."""
        status = self.status(name)
        if status is None:
            return
        # By its id it can be described when it is gone.
        identifier = self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        self.cloudformation.delete_stack(StackName=name)
        self.settle(identifier, "DELETE_COMPLETE")

    def status(self, name: str) -> str | None:
        """None where there is no such stack."""
        try:
            return self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def settle(self, name: str, wanted: str) -> None:
        def ended() -> str | None:
            status = self.status(name) or "DELETE_COMPLETE"
            return None if status.endswith("IN_PROGRESS") else status

        status = self.until(f"the end of the deployment of {name}", ended)
        if status == wanted:
            return
        events = self.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        self.report.detail(f"events of {name}", json.dumps(events, indent=1, default=str))
        reasons = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("FAILED")
        ]
        raise StepFailed(f"{name} is {status}: {'; '.join(reasons[:3])}")

    def outputs(self, name: str) -> dict[str, str]:
        stack = self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}

    def resource(self, name: str, logical: str) -> str:
        """The physical id."""
        answer = self.cloudformation.describe_stack_resource(StackName=name, LogicalResourceId=logical)
        return answer["StackResourceDetail"]["PhysicalResourceId"]

    # Images.

    @property
    def registry(self) -> str:
        suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"{self.number}.dkr.ecr.{self.region}.{suffix}"

    def digest(self, repository: str, tag: str) -> str | None:
        answer = self.ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": tag}])
        return next((image["imageId"]["imageDigest"] for image in answer["images"]), None)

    # The program.

    def ecrmirror(self, *words: str) -> str:
        """What the command says on the stack; StepFailed when it fails."""
        command = [str(self.options.binaries / "ecrmirror"), "--stack", STACK, *words]
        environment = {**os.environ, "AWS_REGION": self.region}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=HUNG)
        self.report.detail(f"ecrmirror {' '.join(words)}: {done.returncode}", done.stdout + done.stderr)
        if done.returncode:
            raise StepFailed(
                f"`ecrmirror {' '.join(words)}` ended with {done.returncode}: {done.stderr.strip()[-500:]}"
            )
        return done.stdout
