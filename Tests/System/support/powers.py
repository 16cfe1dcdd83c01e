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

    def without(self, power: Power) -> contextlib.AbstractContextManager[None]:
        """The same policy less one action of one statement."""

        def take(number: int, statement: Document) -> None:
            if number == power.statement:
                statement["Action"] = [name for name in listed(statement["Action"]) if name != power.action]

        return self._changed(take)

    def without_resource(self, resource: str) -> contextlib.AbstractContextManager[None]:
        """The same policy less one resource, in every statement that names it; at least one does."""
        statements = listed(self.document["Statement"])
        assert any(resource in listed(statement["Resource"]) for statement in statements), resource

        def take(_: int, statement: Document) -> None:
            statement["Resource"] = [name for name in listed(statement["Resource"]) if name != resource]

        return self._changed(take)

    @contextlib.contextmanager
    def _changed(self, change: Callable[[int, Document], None]) -> Iterator[None]:
        statements = copy.deepcopy(listed(self.document["Statement"]))
        for number, statement in enumerate(statements):
            change(number, statement)
        left = [statement for statement in statements if statement["Action"] and statement["Resource"]]
        self.write({**self.document, "Statement": left})
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
