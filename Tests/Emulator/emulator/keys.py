"""Customers' keys: who uses what is encrypted with one must be let to use the key through that service.

What each service asks KMS for, from its documentation:

- DynamoDB calls KMS as the caller, "DynamoDB encryption at rest: usage notes"; table keys are fetched with Decrypt.
- SQS, "Encryption at rest: configure KMS permissions": producers need GenerateDataKey and Decrypt, consumers Decrypt.
- SNS, "Managing encryption keys and costs": publishers need GenerateDataKey* and Decrypt.
- Secrets Manager, "Secret encryption and decryption": Decrypt to read; GenerateDataKey and Decrypt to write.
- Systems Manager, "How Parameter Store uses KMS": Decrypt to read a SecureString; Encrypt to write a standard one.

CloudWatch Logs, ECR and Lambda ask for nothing of their callers: they use what the key's policy or a grant gives them.
"""

from collections.abc import Iterable

from ministack.core import iam_evaluator
from ministack.services import dynamodb, secretsmanager, sns, sqs, ssm

READ = ("kms:Decrypt",)
WRITE = ("kms:GenerateDataKey", "kms:Decrypt")
NEEDS: dict[str, tuple[str, ...]] = {
    **{
        f"dynamodb:{operation}": READ
        for operation in (
            *("BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem"),
            *("Query", "Scan", "UpdateItem"),
        )
    },
    "secretsmanager:GetSecretValue": READ,
    "secretsmanager:PutSecretValue": WRITE,
    "secretsmanager:UpdateSecret": WRITE,
    "sns:Publish": WRITE,
    "sqs:ReceiveMessage": READ,
    "sqs:SendMessage": WRITE,
    "ssm:GetParameter": READ,
    "ssm:GetParameters": READ,
    "ssm:PutParameter": ("kms:Encrypt",),
}
"""What is asked of KMS by the action of the service."""

WITHOUT_ACCOUNT = {"events.amazonaws.com"}
"""Services that name no account when they use a key: a condition on one shuts them out ("Troubleshooting Amazon
EventBridge": `aws:SourceAccount` and the like are not supported for encrypted topics and queues)."""


def needed(action: str, resource: str, region: str) -> Iterable[tuple[str, str, dict[str, str]]]:
    """What KMS is asked for: an action, the key's ARN, and what the request says of where it comes from."""
    if action not in NEEDS:
        return
    service = action.partition(":")[0]
    key = key_of(service, resource)
    if key is None:
        return
    for use in NEEDS[action]:
        yield use, key, {"kms:viaservice": f"{service}.{region}.amazonaws.com"}


def key_of(service: str, resource: str) -> str | None:
    """The ARN of the customer's key that encrypts it; None without one."""
    name = resource.rpartition(":")[2]
    if service == "dynamodb":
        table = dynamodb._tables.get(name.split("/")[1]) if "/" in name else None
        key = ((table or {}).get("SSEDescription") or {}).get("KMSMasterKeyArn")
    elif service == "sqs":
        key = (sqs._queue_by_arn(resource) or {"attributes": {}})["attributes"].get("KmsMasterKeyId")
    elif service == "sns":
        key = (sns._topics.get(resource) or {}).get("attributes", {}).get("KmsMasterKeyId")
    elif service == "secretsmanager":
        key = (secretsmanager._resolve(resource)[1] or {}).get("KmsKeyId")
    else:
        _, record = ssm._lookup_parameter(resource)
        key = record.get("KeyId") if record and record["Type"] == "SecureString" else None
    # AWS's own keys let everybody of the account use them through the service.
    return key if key and "alias/aws/" not in key else None


def policy_of(key: str) -> str | None:
    """The key's own policy; None where there is no such key."""
    found = iam_evaluator._resource_policy("kms", key)
    return found[0] if found else None
