"""Stacks of the project's templates, deployed as `aws cloudformation deploy` does."""

import json
import time
from pathlib import Path
from typing import Any

from .emulator import Emulator

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "cfn"
# Seconds after which a deployment counts as hung: a watchdog.
HUNG = 60


class Deployment:
    """A stack of one of the templates, by its name; `create` makes it."""

    def __init__(self, emulator: Emulator, name: str, template: str = "mirror.yaml"):
        self.emulator = emulator
        self.name = name
        self.template = template
        self.client = emulator.client("cloudformation")

    def create(self, **parameters: Any) -> "Deployment":
        """Creates it; RuntimeError with the reasons of what failed."""
        self.client.create_stack(StackName=self.name, **self._request(parameters))
        self._expect("CREATE_COMPLETE")
        return self

    def update(self, **parameters: Any) -> None:
        """Updates it in place; parameters that are not given go back to their defaults."""
        self.client.update_stack(StackName=self.name, **self._request(parameters))
        self._expect("UPDATE_COMPLETE")

    def delete(self) -> None:
        # By its id it can be described when it is gone.
        identifier = self._described(self.name)["StackId"]
        self.client.delete_stack(StackName=self.name)
        self._expect("DELETE_COMPLETE", identifier)

    def outputs(self) -> dict[str, str]:
        return {item["OutputKey"]: item["OutputValue"] for item in self._described(self.name).get("Outputs", [])}

    def resources(self) -> dict[str, str]:
        """Physical ids by logical ones."""
        found = self.client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in found}

    def begun(self) -> set[str]:
        """Logical ids of the resources that CloudFormation began to make, also of a stack that was rolled back."""
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return {event["LogicalResourceId"] for event in events} - {self.name}

    def settings(self) -> dict[str, Any]:
        """What the programs find by the stack's name."""
        answer = self.emulator.client("ssm").get_parameter(Name=f"/ecrmirror/{self.name}")
        return json.loads(answer["Parameter"]["Value"])

    def _request(self, parameters: dict[str, Any]) -> dict[str, Any]:
        return {
            "TemplateBody": (TEMPLATES / self.template).read_text(),
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": str(value)} for key, value in sorted(parameters.items())
            ],
            "Capabilities": ["CAPABILITY_IAM"],
        }

    def _described(self, identifier: str) -> dict[str, Any]:
        return self.client.describe_stacks(StackName=identifier)["Stacks"][0]

    def _expect(self, wanted: str, identifier: str | None = None) -> None:
        deadline = time.monotonic() + HUNG
        while (status := self._described(identifier or self.name)["StackStatus"]).endswith("IN_PROGRESS"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} is still {status} after {HUNG} s")
            time.sleep(0.02)
        if status != wanted:
            raise RuntimeError(f"{self.name} is {status}: {'; '.join(self._failures(identifier))}")

    def _failures(self, identifier: str | None) -> list[str]:
        events = self.client.describe_stack_events(StackName=identifier or self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("FAILED")
        ]
