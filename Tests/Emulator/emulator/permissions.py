"""Whether IAM lets somebody do something, asked without a signed request: for what services do on others' behalf."""

import json
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext, ResolvedCredential

from . import denials, keys
from .scope import Scope


def permits(credential: ResolvedCredential, service: str, action: str, resource: str) -> bool:
    """Whether the holder of the credential may, with the keys that it takes; a refusal goes into the log of denials."""
    scope = Scope.current()
    principal = iam_evaluator.resolve_principal(credential.access_key_id, credential.account_id, credential)
    if isinstance(principal, iam_evaluator.AuthError):
        return False
    if principal.policies is None:
        return True
    asked: list[tuple[str, str, str, dict[str, Any]]] = [(service, action, resource, {})]
    asked += [("kms", *use) for use in keys.needed(action, resource, scope.region)]
    return all(is_allowed(principal, *each) for each in asked)


def is_allowed(
    principal: iam_evaluator.PrincipalInfo, service: str, action: str, resource: str, more: dict[str, Any]
) -> bool:
    context = EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=action,
        resource_arn=resource,
        region=Scope.current().region,
        secure_transport=True,
        service_context=more,
        principal_keys=principal.keys,
    )
    result = iam_evaluator.evaluate(context, principal.policies, *principal.limits)
    if found := iam_evaluator._resource_policy(service, resource):
        required = service in iam_evaluator._POLICY_REQUIRED
        result = iam_evaluator.combine_resource_policy(
            result, context, *found, required=required, limits=principal.limits
        )
    if result.decision != "Allow":
        denials.record(principal.arn, action, resource, result.decision == "Deny")
    return result.decision == "Allow"


def role_permits(role_arn: str, session: str, action: str, resource: str) -> bool:
    """Whether a role lets the service that assumed it do something."""
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    holder = ResolvedCredential(
        access_key_id="",
        secret_access_key="",
        account_id=account,
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        principal_id=name,
        principal_type="AssumedRole",
    )
    return permits(holder, action.partition(":")[0], action, resource)


def policy_permits(policy: str | dict | None, principal: str, action: str, resource: str, source: str) -> bool:
    """Whether a resource's own policy lets a service in, on behalf of what `source` names, and its key's policy too."""
    scope = Scope.current()
    context = {
        "aws:sourcearn": source,
        "aws:sourceaccount": scope.account,
        # The condition of a topic's default policy, which CloudWatch meets and EventBridge does not.
        **({"aws:sourceowner": scope.account} if principal.startswith("cloudwatch.") else {}),
    }
    if action == "sns:Publish" and principal == "events.amazonaws.com":
        policy = without_conditions(policy)
    if not is_let_in(policy, principal, action, resource, context):
        return False
    of_keys = {} if principal in keys.WITHOUT_ACCOUNT else context
    return all(
        is_let_in(keys.policy_of(key), principal, use, key, of_keys)
        for use, key, _ in keys.needed(action, resource, scope.region)
    )


def is_let_in(
    policy: str | dict | None, principal: str, action: str, resource: str, service_context: dict[str, Any]
) -> bool:
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=Scope.current().region,
        secure_transport=True,
        service_context=service_context,
    )
    allowed = bool(policy) and (
        iam_evaluator.evaluate_resource_policy(policy, context, service=principal).decision == "Allow"
    )
    if not allowed:
        denials.record(principal, action, resource)
    return allowed


def without_conditions(policy: str | dict | None) -> dict | None:
    """What EventBridge sees of a topic's policy: "Condition blocks in Amazon SNS topic policies" are not supported for
    it, says the troubleshooting page of its user guide."""
    document = json.loads(policy) if isinstance(policy, str) else policy
    if not document:
        return None
    statements = document.get("Statement") or []
    statements = statements if isinstance(statements, list) else [statements]
    return {**document, "Statement": [statement for statement in statements if not statement.get("Condition")]}
