"""Whether IAM lets somebody do something, asked without a signed request: for registry tokens and service roles."""

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext, ResolvedCredential

from . import denials
from .scope import Scope


def permits(credential: ResolvedCredential, service: str, action: str, resource: str) -> bool:
    """Whether the holder of the credential may; a refusal goes into the log of denials."""
    scope = Scope.current()
    principal = iam_evaluator.resolve_principal(credential.access_key_id, credential.account_id, credential)
    if isinstance(principal, iam_evaluator.AuthError):
        return False
    if principal.policies is None:
        return True
    context = EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=action,
        resource_arn=resource,
        region=scope.region,
        principal_keys=principal.keys,
    )
    result = iam_evaluator.evaluate(context, principal.policies, *principal.limits)
    if found := iam_evaluator._resource_policy(service, resource):
        result = iam_evaluator.combine_resource_policy(result, context, *found, limits=principal.limits)
    if result.decision != "Allow":
        denials.record(principal.arn, action, resource, result.decision == "Deny")
    return result.decision == "Allow"
