"""What an execution environment writes to its log stream."""

import time
import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.services import cloudwatch_logs

from ..scope import Scope


class FunctionLog:
    def __init__(self, config: dict[str, Any]):
        name = config["FunctionName"]
        self.scope = Scope.current()
        self.group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
        day = datetime.now(UTC).strftime("%Y/%m/%d")
        self.stream = f"{day}/[{config.get('Version', '$LATEST')}]{uuid.uuid4().hex}"
        self.place = {"logGroupName": self.group, "logStreamName": self.stream}
        self.lines: list[str] = []
        """Since the current invocation began."""
        self.scope.run(self.open)

    def open(self) -> None:
        if self.group not in cloudwatch_logs._log_groups:
            cloudwatch_logs._create_log_group({"logGroupName": self.group})
        cloudwatch_logs._create_log_stream(self.place)

    def write(self, line: str) -> None:
        self.lines.append(line)
        entry = {"timestamp": int(time.time() * 1000), "message": line}
        self.scope.run(cloudwatch_logs._put_log_events, {**self.place, "logEvents": [entry]})

    def begin(self, request_id: str, version: str) -> None:
        self.lines.clear()
        self.write(f"START RequestId: {request_id} Version: {version}")

    def end(self, request_id: str, seconds: float, memory: int) -> None:
        duration = f"{seconds * 1000:.2f} ms"
        self.write(f"END RequestId: {request_id}")
        self.write(
            f"REPORT RequestId: {request_id}\tDuration: {duration}\tBilled Duration: {duration}\t"
            f"Memory Size: {memory} MB\tMax Memory Used: {memory} MB"
        )
