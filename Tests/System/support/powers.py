"""What a role or a user of a stack may do, and how to take some of it away for a while."""

import contextlib
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lab.cloud import Cloud

Document = dict[str, Any]


@dataclass(frozen=True)
class Power:
    """One action of one statement of a policy."""

    place: str
    statement: int
    action: str

    def __str__(self) -> str:
        return f"{self.place}-{self.statement}-{self.action}"


@dataclass(frozen=True)
class Policy:
    """One policy of a role or a user. `write` replaces it, `restore` brings it back."""

    document: Document
    write: Callable[[Document], None]
    restore: Callable[[], None]

    def powers(self, place: str) -> Iterator[Power]:
        for number, statement in enumerate(listed(self.document["Statement"])):
            for action in listed(statement["Action"]):
                yield Power(place, number, action)

    @contextlib.contextmanager
    def without(self, power: Power) -> Iterator[None]:
        """The same policy less one action of one statement."""
        document = copy.deepcopy(self.document)
        statements = listed(document["Statement"])
        left = [action for action in listed(statements[power.statement]["Action"]) if action != power.action]
        if left:
            statements[power.statement]["Action"] = left
        else:
            del statements[power.statement]
        self.write({**document, "Statement": statements})
        try:
            yield
        finally:
            self.restore()


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def role_policies(cloud: Cloud, role: str) -> dict[str, Policy]:
    """The policies of a role by their names: its own, and those that are attached to it."""
    found = {}
    for name in cloud.iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = cloud.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]

        def write(changed: Document, name: str = name) -> None:
            cloud.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(changed))

        found[name] = Policy(document, write, lambda write=write, document=document: write(document))
    for attached in cloud.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        found[attached["PolicyName"]] = managed_policy(cloud, attached["PolicyArn"])
    return found


def managed_policy(cloud: Cloud, arn: str) -> Policy:
    version = cloud.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = cloud.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]

    def write(changed: Document) -> None:
        former = cloud.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        cloud.iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(changed), SetAsDefault=True)
        cloud.iam.delete_policy_version(PolicyArn=arn, VersionId=former)

    return Policy(document, write, lambda: write(document))
