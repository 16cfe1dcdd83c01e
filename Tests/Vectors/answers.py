"""Makes answers of AWS from botocore's models: the least that a service may send, and all that it can.

`python answers.py` writes answers.json anew, to which our clients are held; a system test checks that it is what
botocore makes today.
"""

import json
from pathlib import Path

import botocore.session
from botocore.model import Shape

FILE = Path(__file__).with_name("answers.json")
OPERATIONS = {
    "batch": ["SubmitJob", "ListJobs", "DescribeJobs", "CancelJob", "TerminateJob", "DescribeJobQueues"],
    "dynamodb": [
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "Scan",
        "TransactWriteItems",
        "BatchGetItem",
    ],
    "ecr": [
        "GetAuthorizationToken",
        "ListImages",
        "CreateRepository",
        "DescribeRepositories",
        "DescribeRepositoryCreationTemplates",
        "GetAccountSetting",
        "PutLifecyclePolicy",
    ],
    "ecr-public": ["GetAuthorizationToken", "CreateRepository", "DescribeRegistries"],
    "events": ["DescribeRule", "EnableRule", "DisableRule"],
    "logs": ["GetLogEvents"],
    "secretsmanager": ["GetSecretValue"],
    "sqs": ["SendMessage", "GetQueueAttributes"],
    "ssm": ["GetParameter"],
}
# What a text must look like to mean something.
TEXTS = {"authorizationToken": "QVdTOnBhc3N3b3Jk", "status": "RUNNING", "ApproximateNumberOfMessages": "7"}


def value(shape: Shape, full: bool, name: str = "", depth: int = 0):
    """The value of a member: with `full` every member of it, else only those that the model says are required."""
    kind = shape.type_name
    if kind == "structure":
        members = shape.members if full and depth < 9 else shape.required_members
        # A union has one member.
        if getattr(shape, "is_tagged_union", False) or shape.name == "AttributeValue":
            members = ["S"]
        return {
            shape.members[member].serialization.get("name", member): value(
                shape.members[member], full, member, depth + 1
            )
            for member in members
        }
    if kind == "list":
        return [value(shape.member, full, name, depth + 1)]
    if kind == "map":
        key = shape.key.enum[0] if getattr(shape.key, "enum", None) else "key"
        if name == "Attributes" and shape.key.enum:
            key = "ApproximateNumberOfMessages"
        return {key: value(shape.value, full, key, depth + 1)}
    if kind == "string":
        if name in TEXTS:
            return TEXTS[name]
        return shape.enum[0] if getattr(shape, "enum", None) else "text"
    if kind in ("integer", "long"):
        return 1_795_501_815_000 if kind == "long" else 1
    if kind in ("double", "float"):
        return 1.5
    if kind == "timestamp":
        return 1_795_501_815.25
    if kind == "boolean":
        return True
    if kind == "blob":
        return "Ynl0ZXM="
    raise ValueError(f"no value for {kind}")


def document() -> str:
    session = botocore.session.get_session()
    lines = []
    for service, operations in OPERATIONS.items():
        model = session.get_service_model(service)
        for operation in operations:
            shape = model.operation_model(operation).output_shape
            answers = {"service": service, "operation": operation}
            for kind, full in (("least", False), ("most", True)):
                answers[kind] = json.dumps(value(shape, full) if shape else {}, sort_keys=True)
            lines.append(json.dumps(answers, sort_keys=True))
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(document())
