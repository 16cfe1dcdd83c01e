"""What tests and the demo put into the emulator's account through boto3, each thing under a name of its own."""

import base64
import json
import time
import uuid
from pathlib import Path
from typing import Any

from .emulator import Emulator


class Cloud:
    """`folder` is where scripts go that stand for images."""

    def __init__(self, emulator: Emulator, folder: Path):
        self.emulator = emulator
        self.folder = folder

    def __getattr__(self, service: str) -> Any:
        """`cloud.dynamodb` is the administrator's client of that service; also `cloud.lambda_`, `cloud.ecr_public`."""
        if service.startswith("_"):
            raise AttributeError(service)
        client = self.emulator.client(service.rstrip("_").replace("_", "-"))
        setattr(self, service, client)
        return client

    def registry_credentials(self) -> tuple[str, str]:
        """The name and the password with which the account's ECR is pushed to and pulled from."""
        token = self.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        user, _, password = base64.b64decode(token).decode().partition(":")
        return user, password

    def unique(self, stem: str) -> str:
        return f"{stem}-{uuid.uuid4().hex[:8]}"

    # Tables and queues.

    def table(self, key: str, sort: str | None = None, ttl: str | None = None) -> str:
        """The name of a new table; the keys are strings."""
        name = self.unique("table")
        keys = {"HASH": key, **({"RANGE": sort} if sort else {})}
        self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": attribute, "KeyType": kind} for kind, attribute in keys.items()],
            AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in keys.values()],
        )
        if ttl:
            specification = {"Enabled": True, "AttributeName": ttl}
            self.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
        return name

    def mirror_table(self) -> str:
        return self.table("Source", ttl="Expires")

    def history_table(self) -> str:
        return self.table("Mirror", "At", ttl="Expires")

    def message_queue(self, **attributes: str) -> tuple[str, str]:
        """The URL and the ARN of a new SQS queue, to which rules of EventBridge may deliver."""
        url = self.sqs.create_queue(QueueName=self.unique("messages"), Attributes=attributes)["QueueUrl"]
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = answer["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn

    # Who may do what.

    def role(self, service: str, *statements: dict[str, Any]) -> str:
        """The ARN of a new role that the service may assume."""
        name = self.unique("role")
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
        return arn

    def user(self, *statements: dict[str, Any]) -> dict[str, str]:
        """The credentials of a new user."""
        name = self.unique("user")
        self.iam.create_user(UserName=name)
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            self.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}

    def key(self, statements: list[dict[str, Any]] | None = None) -> str:
        """The ARN of a new KMS key, for whom the account's policies let, and for whom the statements do."""
        root = {"AWS": f"arn:aws:iam::{self.emulator.account}:root"}
        everybody = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody, *(statements or [])]})
        return self.kms.create_key(Policy=policy)["KeyMetadata"]["Arn"]

    # Batch.

    def environment(self, vcpus: int = 16, **resources: Any) -> str:
        name = self.unique("environment")
        self.batch.create_compute_environment(
            computeEnvironmentName=name,
            type="MANAGED",
            computeResources={
                "type": "FARGATE",
                "maxvCpus": vcpus,
                "subnets": ["subnet-1"],
                "securityGroupIds": ["sg-1"],
                **resources,
            },
        )
        return name

    def queue(self, vcpus: int = 16, priority: int = 1) -> str:
        name = self.unique("queue")
        order = [{"order": 1, "computeEnvironment": self.environment(vcpus)}]
        self.batch.create_job_queue(jobQueueName=name, priority=priority, computeEnvironmentOrder=order)
        return name

    def definition(self, *command: str, name: str | None = None, **more: Any) -> str:
        """The name of a new job definition that runs the command; `container` adds to its container."""
        name = name or self.unique("definition")
        container = {
            "image": "image:1",
            "command": list(command),
            "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}],
            **more.pop("container", {}),
        }
        self.batch.register_job_definition(
            jobDefinitionName=name, type="container", containerProperties=container, **more
        )
        return name

    def submit(self, queue: str, definition: str, **more: Any) -> str:
        name = more.pop("name", "job")
        return self.batch.submit_job(jobName=name, jobQueue=queue, jobDefinition=definition, **more)["jobId"]

    def job(self, identifier: str) -> dict[str, Any]:
        return self.batch.describe_jobs(jobs=[identifier])["jobs"][0]

    def until(self, identifier: str, *states: str, within: float = 30) -> dict[str, Any]:
        """The job, once it is in one of the states. `within` is a watchdog."""
        deadline = time.monotonic() + within
        while (job := self.job(identifier))["status"] not in states:
            assert time.monotonic() < deadline, f"never {states}: {job}"
            time.sleep(0.01)
        return job

    def ended(self, identifier: str) -> dict[str, Any]:
        return self.until(identifier, "SUCCEEDED", "FAILED")

    def run(self, *command: str, **more: Any) -> dict[str, Any]:
        """Runs the command as a job in a queue of its own; the job once it has ended."""
        return self.ended(self.submit(self.queue(), self.definition(*command, **more)))

    def said(self, job: dict[str, Any], group: str = "/aws/batch/job") -> list[str]:
        """What the job's last attempt wrote; an attempt that never started has no log."""
        stream = job["container"].get("logStreamName")
        assert stream, f"{job.get('statusReason')} {job['container'].get('reason')}"
        events = self.logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
        return [event["message"] for event in events]

    def script(self, name: str, text: str) -> Path:
        """An executable file."""
        file = self.folder / name
        file.write_text(text)
        file.chmod(0o755)
        return file
