"""A container's output in CloudWatch Logs, line by line as it comes."""

import asyncio
from dataclasses import dataclass

from ministack.services import cloudwatch_logs

from ..containers import Container
from ..scope import Scope
from .cannot_start import CannotStart
from .execution_role import check_log
from .job import Job, now
from .names import short

DEFAULT_GROUP = "/aws/batch/job"
LONGEST = 256 * 1024
"""Bytes of one log event; a longer line is split."""


@dataclass(frozen=True)
class LogStream:
    scope: Scope
    group: str
    name: str

    @staticmethod
    def open(job: Job) -> "LogStream | None":
        """A new stream for an attempt; None where the job's logs go elsewhere."""
        configuration = job.container.get("logConfiguration") or {"logDriver": "awslogs"}
        if configuration["logDriver"] != "awslogs":
            return None
        options = configuration.get("options") or {}
        group = options.get("awslogs-group", DEFAULT_GROUP)
        if group not in cloudwatch_logs._log_groups:
            if group != DEFAULT_GROUP and options.get("awslogs-create-group") != "true":
                message = f"failed to validate logger args: The specified log group does not exist: {group}"
                raise CannotStart.initializing(message)
            cloudwatch_logs._create_log_group({"logGroupName": group})
        prefix = options.get("awslogs-stream-prefix", job.definition["jobDefinitionName"])
        stream = LogStream(job.scope, group, f"{prefix}/default/{short(job.container['taskArn'])}")
        check_log(job, group, stream.name)
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream.name})
        return stream

    def write(self, lines: list[str]) -> None:
        at = now()
        entries = [{"timestamp": at, "message": line} for line in lines]
        request = {"logGroupName": self.group, "logStreamName": self.name, "logEvents": entries}
        self.scope.run(cloudwatch_logs._put_log_events, request)


class Lines:
    """Bytes in, whole lines out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that are complete now; no data at all means the end."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (not data or len(self._rest) >= LONGEST):
            whole, self._rest = [*whole, self._rest], b""
        parts = [line[start : start + LONGEST] for line in whole for start in range(0, len(line) or 1, LONGEST)]
        return [part.decode(errors="replace").removesuffix("\r") for part in parts]


async def follow(container: Container, stream: LogStream | None) -> None:
    """Writes what the container says until nobody is left to say anything."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    assert container.process is not None
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, container.process.stdout)
    lines = Lines()
    while True:
        data = await reader.read(65536)
        if (complete := lines.feed(data)) and stream:
            stream.write(complete)
        if not data:
            transport.close()
            return
