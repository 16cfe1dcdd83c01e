"""What an execution environment writes to its log stream."""

import json
import math
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.services import cloudwatch_logs

from ..permissions import role_permits
from ..scope import Scope


class FunctionLog:
    def __init__(self, config: dict[str, Any]):
        name = config["FunctionName"]
        self.scope = Scope.current()
        self.memory = config.get("MemorySize", 128)
        logging = config.get("LoggingConfig") or {}
        self.json = logging.get("LogFormat") == "JSON"
        self.group = logging.get("LogGroup") or f"/aws/lambda/{name}"
        day = datetime.now(UTC).strftime("%Y/%m/%d")
        self.stream = f"{day}/[{config.get('Version', '$LATEST')}]{uuid.uuid4().hex}"
        self.place = {"logGroupName": self.group, "logStreamName": self.stream}
        self.lines: list[str] = []
        """Since the current invocation began."""
        stream = self.scope.arn("logs", f"log-group:{self.group}:log-stream:{self.stream}")
        self.kept = all(
            role_permits(config["Role"], name, f"logs:{action}", stream)
            for action in ("CreateLogStream", "PutLogEvents")
        )
        """Whether the function's role lets anything be written; otherwise it gets lost, as in AWS."""
        if self.kept:
            self.scope.run(self.open)

    def open(self) -> None:
        if self.group not in cloudwatch_logs._log_groups:
            cloudwatch_logs._create_log_group({"logGroupName": self.group})
        cloudwatch_logs._create_log_stream(self.place)

    def write(self, line: str) -> None:
        self.lines.append(line)
        if not self.kept:
            return
        entry = {"timestamp": int(time.time() * 1000), "message": line}
        self.scope.run(cloudwatch_logs._put_log_events, {**self.place, "logEvents": [entry]})

    def begin(self, request_id: str, version: str) -> None:
        self.lines.clear()
        text = f"START RequestId: {request_id} Version: {version}"
        self.platform("start", text, {"requestId": request_id, "version": version})

    def end(self, request_id: str, seconds: float) -> list[str]:
        """All lines of the invocation."""
        milliseconds = round(seconds * 1000, 2)
        metrics = {
            "durationMs": milliseconds,
            "billedDurationMs": math.ceil(milliseconds),
            "memorySizeMB": self.memory,
            "maxMemoryUsedMB": self.memory,
        }
        if not self.json:
            self.write(f"END RequestId: {request_id}")
        self.platform(
            "report",
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds} ms\t"
            f"Billed Duration: {metrics['billedDurationMs']} ms\t"
            f"Memory Size: {self.memory} MB\tMax Memory Used: {self.memory} MB",
            {"requestId": request_id, "metrics": metrics},
        )
        return list(self.lines)

    def platform(self, kind: str, text: str, record: dict[str, Any]) -> None:
        """A line of Lambda's own, in the format that the function asks for."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.write(json.dumps({"time": at, "type": f"platform.{kind}", "record": record}) if self.json else text)
