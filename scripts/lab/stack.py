"""The project's own stack, deployed from `cfn/` to the emulator: what the tests and the demo of AWS run on."""

import json
import time
from pathlib import Path
from typing import Any

from .cloud import Cloud

TEMPLATE = Path(__file__).resolve().parents[2] / "cfn" / "mirror.yaml"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
# What has no default: an image that the emulator knows to be the built programs, and some network.
PARAMETERS = {"Image": "ecrmirror:1", "Vpc": "vpc-1", "Subnets": "subnet-1"}


class Stack:
    """A deployed stack. The emulator's registry stands for the account's ECR in it."""

    def __init__(self, cloud: Cloud, name: str | None = None, **parameters: str):
        self.cloud = cloud
        self.name = name or cloud.unique("stack")
        self._parameters = {**PARAMETERS, **parameters}
        cloud.cloudformation.create_stack(**self._request())
        self._settle("CREATE_COMPLETE")

    def update(self, **parameters: str) -> None:
        self._parameters.update(parameters)
        self.cloud.cloudformation.update_stack(**self._request())
        self._settle("UPDATE_COMPLETE")

    def delete(self) -> None:
        self.cloud.cloudformation.delete_stack(StackName=self.name)

    @property
    def registry(self) -> str:
        """`host:port` of the account's ECR."""
        return self.cloud.emulator.endpoint.removeprefix("http://")

    @property
    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._describe()["Outputs"]}

    @property
    def settings(self) -> dict[str, Any]:
        """What the programs find out about the stack by its name."""
        return json.loads(self.cloud.ssm.get_parameter(Name=self.parameter)["Parameter"]["Value"])

    @property
    def parameter(self) -> str:
        return f"/ecrmirror/{self.name}"

    def resource(self, logical: str) -> str:
        """The physical id of a resource of the template."""
        answer = self.cloud.cloudformation.describe_stack_resource(StackName=self.name, LogicalResourceId=logical)
        return answer["StackResourceDetail"]["PhysicalResourceId"]

    def environment(self, credentials: dict[str, str] | None = None) -> dict[str, str]:
        """For programs that work on the stack: as the administrator, or with other credentials."""
        return {**self.cloud.emulator.environment(credentials), "ECRMIRROR_STACK": self.name}

    def rows(self) -> dict[str, dict[str, Any]]:
        """The mirror table as DynamoDB has it, by `Source`."""
        pages = self.cloud.dynamodb.get_paginator("scan").paginate(TableName=self.settings["mirrorTable"])
        return {item["Source"]["S"]: item for page in pages for item in page["Items"]}

    def jobs(self, kind: str = "mirror") -> list[dict[str, Any]]:
        """Every job of the mirror or the control queue, in whatever state, newest first."""
        pages = self.cloud.batch.get_paginator("list_jobs").paginate(
            jobQueue=self.settings[f"{kind}Queue"], filters=[{"name": "AFTER_CREATED_AT", "values": ["0"]}]
        )
        return [job for page in pages for job in page["jobSummaryList"]]

    def until_idle(self, within: float = 60) -> None:
        """Waits until no job lives. `within` is a watchdog."""
        deadline = time.monotonic() + within
        while live := [
            job
            for kind in ("control", "mirror")
            for job in self.jobs(kind)
            if job["status"] not in ("SUCCEEDED", "FAILED")
        ]:
            assert time.monotonic() < deadline, f"still live: {live}"
            time.sleep(0.05)

    def _request(self) -> dict[str, Any]:
        return {
            "StackName": self.name,
            "TemplateBody": TEMPLATE.read_text(),
            "Capabilities": CAPABILITIES,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()],
        }

    def _describe(self) -> dict[str, Any]:
        return self.cloud.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]

    def _settle(self, wanted: str) -> None:
        deadline = time.monotonic() + 60
        while (stack := self._describe())["StackStatus"].endswith("IN_PROGRESS"):
            assert time.monotonic() < deadline, f"still {stack['StackStatus']}"
            time.sleep(0.02)
        assert stack["StackStatus"] == wanted, self._failures()
        alias = {self.registry: f"{self.settings['account']}.dkr.ecr.{self.settings['region']}.amazonaws.com"}
        value = json.dumps({**self.settings, "ecrAliases": alias})
        self.cloud.ssm.put_parameter(Name=self.parameter, Value=value, Type="String", Overwrite=True)

    def _failures(self) -> list[str]:
        events = self.cloud.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if "FAILED" in event["ResourceStatus"]
        ]
