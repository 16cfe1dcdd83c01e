"""The project's own stack, deployed from `cfn/` to the emulator: what the tests and the demo of AWS run on."""

import json
import time
from collections.abc import Iterable
from typing import Any

from .cloud import Cloud
from .deployment import Deployment

# What has no default: an image that the emulator knows to be the built programs, and some network.
PARAMETERS = {"Image": "ecrmirror:1", "Vpc": "vpc-1", "Subnets": "subnet-1"}
WRITE = 25  # items in one request of DynamoDB's


class Stack:
    """A deployed stack. The emulator's registry stands for the account's ECR in it."""

    def __init__(self, cloud: Cloud, name: str | None = None, **parameters: str):
        self.cloud = cloud
        self.name = name or cloud.unique("stack")
        self._parameters = {**PARAMETERS, **parameters}
        self._deployment = Deployment(cloud.emulator, self.name)
        self._deployment.create(**self._parameters)
        self._add_registry()

    def update(self, **parameters: str) -> None:
        self._parameters.update(parameters)
        self._deployment.update(**self._parameters)
        self._add_registry()

    def delete(self) -> None:
        self._deployment.delete()

    @property
    def registry(self) -> str:
        """`host:port` of the account's ECR."""
        return self.cloud.emulator.endpoint.removeprefix("http://")

    @property
    def outputs(self) -> dict[str, str]:
        return self._deployment.outputs()

    @property
    def parameter(self) -> str:
        return f"/ecrmirror/{self.name}"

    def resource(self, logical: str) -> str:
        """The physical id of a resource of the template."""
        return self._deployment.resources()[logical]

    def environment(self, credentials: dict[str, str] | None = None) -> dict[str, str]:
        """For programs that work on the stack: as the administrator, or with other credentials."""
        return {**self.cloud.emulator.environment(credentials), "ECRMIRROR_STACK": self.name}

    def rows(self) -> dict[str, dict[str, Any]]:
        """The mirror table as DynamoDB has it, by `Source`."""
        pages = self.cloud.dynamodb.get_paginator("scan").paginate(TableName=self.settings["mirrorTable"])
        return {item["Source"]["S"]: item for page in pages for item in page["Items"]}

    def put_rows(self, rows: Iterable[dict[str, Any]]) -> None:
        """Writes items into the mirror table past the program; no `Source` twice."""
        table = self.settings["mirrorTable"]
        puts = [{"PutRequest": {"Item": row}} for row in rows]
        for start in range(0, len(puts), WRITE):
            self.cloud.dynamodb.batch_write_item(RequestItems={table: puts[start : start + WRITE]})

    def jobs(self, kind: str = "mirror") -> list[dict[str, Any]]:
        """Every job of the mirror or the control queue, in whatever state, newest first."""
        pages = self.cloud.batch.get_paginator("list_jobs").paginate(
            jobQueue=self.settings[f"{kind}Queue"], filters=[{"name": "AFTER_CREATED_AT", "values": ["0"]}]
        )
        return [job for page in pages for job in page["jobSummaryList"]]

    def until_idle(self, within: float = 60) -> None:
        """Waits until no job lives. `within` is a watchdog."""
        deadline = time.monotonic() + within
        while (live := self._live()) != []:
            assert time.monotonic() < deadline, f"still live: {live}"
            time.sleep(0.05)

    def _live(self) -> list[dict[str, Any]] | None:
        """Live jobs; None where a fault that a test asked for strikes this question."""
        try:
            jobs = [job for kind in ("control", "mirror") for job in self.jobs(kind)]
        except self.cloud.batch.exceptions.ClientError:
            return None
        return [job for job in jobs if job["status"] not in ("SUCCEEDED", "FAILED")]

    def _add_registry(self) -> None:
        """Lets the emulator's registry count as the account's ECR."""
        settings = self._deployment.settings()
        alias = {self.registry: f"{settings['account']}.dkr.ecr.{settings['region']}.amazonaws.com"}
        # What the programs find out about the stack by its name.
        self.settings: dict[str, Any] = {**settings, "ecrAliases": alias}
        value = json.dumps(self.settings)
        self.cloud.ssm.put_parameter(Name=self.parameter, Value=value, Type="String", Overwrite=True)
