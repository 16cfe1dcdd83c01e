"""ECR's repositories by its API: what they are made with, who may make them, what is told of them; and a registry's
settings."""

import json
import re
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator, router
from ministack.core.iam_evaluator import ResolvedCredential
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import ecr

from ..keys import policy_of
from ..permissions import permits
from ..refusal import Refusal
from ..scope import Scope
from . import templates
from .images import answering, page

Request = dict[str, Any]

_create = ecr._create_repository
_shape = ecr._repo_shape
_policies = AccountRegionScopedDict()
"""The policy of each registry, by the word `policy`."""
_settings = AccountRegionScopedDict()

SETTINGS = {
    "BASIC_SCAN_TYPE_VERSION": ("AWS_NATIVE", "AWS_NATIVE"),
    "BLOB_MOUNTING": ("DISABLED", "ENABLED", "DISABLED"),
    "REGISTRY_POLICY_SCOPE": ("V2", "V1", "V2"),
}
"""What an account's settings are at first, and may be."""
FILTER = re.compile(r"[0-9a-zA-Z._*-]{1,128}")
WILDCARDS = 2
"""Most `*` of one filter."""
NAMED = ("CreateRepository", "DescribeRepositories", "PutLifecyclePolicy")
"""Operations that may name another account's registry here."""


def install() -> None:
    ecr._repo_shape = shape
    ecr._create_repository = create
    ecr._describe_repositories = answering(describe)
    ecr._put_image_tag_mutability = answering(put_mutability)
    ecr.handle_request = handled(ecr.handle_request)


def handled(inner: Callable) -> Callable:
    """ECR's API, with what MiniStack has no operation for, and for other accounts where these let the caller in."""
    own: dict[str, Callable[[Request], dict[str, Any]]] = {
        "DescribeRepositoryCreationTemplates": describe_templates,
        "GetAccountSetting": get_setting,
        "PutAccountSetting": put_setting,
        "PutRegistryPolicy": put_policy,
    }

    async def handle(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        request = json.loads(body) if body else {}
        if operation in own:
            return answering(own[operation])(request)
        if operation not in NAMED:
            return await inner(method, path, headers, body, query)
        caller, registry = Scope.current(), request.get("registryId")
        credential = iam_evaluator.resolve_credential(router.extract_access_key_id(headers, query), caller.account)
        scope = Scope(registry or caller.account, caller.region)
        try:
            check(operation, request, credential, scope)
        except Refusal as refusal:
            return refusal.answer()
        if scope == caller:
            return await inner(method, path, headers, body, query)
        return await scope.task_of(inner(method, path, headers, body, query))

    return handle


def check(operation: str, request: Request, credential: ResolvedCredential, scope: Scope) -> None:
    """Refuses what the request asks for beyond its own action on the repository."""
    names = request.get("repositoryNames") or [request.get("repositoryName", "*")]
    resources = [scope.arn("ecr", f"repository/{name}") for name in names]
    if scope.account != credential.account_id and not all(
        lets_in(scope, credential, f"ecr:{operation}", resource) for resource in resources
    ):
        raise denied(credential, f"ecr:{operation}", resources[0], "no resource-based policy allows it")
    if operation != "CreateRepository":
        return
    if request.get("tags") and not permits(credential, "ecr", "ecr:TagResource", resources[0]):
        raise denied(credential, "ecr:TagResource", resources[0])
    key = (request.get("encryptionConfiguration") or {}).get("kmsKey")
    if key is None:
        return
    # "Encryption at rest" of the user guide: whoever makes the repository needs these of a customer's key.
    if not key.startswith("arn:") or policy_of(key) is None:
        raise Refusal("KmsException", f"The KMS key {key} cannot be used")
    for action in ("kms:CreateGrant", "kms:DescribeKey"):
        if not permits(credential, "kms", action, key):
            raise Refusal("KmsException", f"User: {credential.principal_arn} is not authorized to perform: {action}")


def denied(credential: ResolvedCredential, action: str, resource: str, why: str = "") -> Refusal:
    because = f" because {why}" if why else ""
    message = (
        f"User: {credential.principal_arn} is not authorized to perform: {action} on resource: {resource}{because}"
    )
    return Refusal("AccessDeniedException", message)


def lets_in(scope: Scope, credential: ResolvedCredential, action: str, resource: str) -> bool:
    """Whether another account's registry lets somebody do something: by its policy, which is of version 2 for most."""
    context = iam_evaluator.EvalContext(
        principal_arn=credential.principal_arn,
        principal_type=credential.principal_type,
        principal_account=credential.account_id,
        action=action,
        resource_arn=resource,
        region=scope.region,
        secure_transport=True,
    )
    policy = scope.run(_policies.get, "policy")
    return bool(policy) and iam_evaluator.evaluate_resource_policy(policy, context).decision == "Allow"


# Repositories.


def shape(repository: dict[str, Any]) -> dict[str, Any]:
    filters = repository.get("imageTagMutabilityExclusionFilters")
    return {**_shape(repository), **({"imageTagMutabilityExclusionFilters": filters} if filters else {})}


def create(request: Request) -> tuple:
    try:
        settings = mutability(request)
    except Refusal as refusal:
        return refusal.answer()
    encryption = request.get("encryptionConfiguration") or {}
    if encryption.get("kmsKey") and encryption["encryptionType"] == "AES256":
        return invalid("a KMS key cannot be given for the encryption type AES256").answer()
    name = request["repositoryName"]
    if name in ecr._repositories:
        registry = ecr._registry_id()
        message = f"The repository with name '{name}' already exists in the registry with id '{registry}'"
        return Refusal("RepositoryAlreadyExistsException", message).answer()
    answer = _create(request)
    if answer[0] != 200:
        return answer
    ecr._repositories[name].update(settings)
    return answering(lambda _: {"repository": shape(ecr._repositories[name])})(request)


def mutability(request: Request) -> dict[str, Any]:
    """What of the request says which tags may be moved."""
    rule, filters = request.get("imageTagMutability"), request.get("imageTagMutabilityExclusionFilters")
    if bool(filters) != bool(rule and rule.endswith("_WITH_EXCLUSION")):
        raise invalid("imageTagMutabilityExclusionFilters are for IMMUTABLE_WITH_EXCLUSION and MUTABLE_WITH_EXCLUSION")
    for each in filters or ():
        if not FILTER.fullmatch(each["filter"]) or each["filter"].count("*") > WILDCARDS:
            raise invalid(f"'{each['filter']}' may have {WILDCARDS} wildcards")
    kept = {"imageTagMutability": rule or "MUTABLE"}
    return {**kept, "imageTagMutabilityExclusionFilters": filters or []}


def put_mutability(request: Request) -> dict[str, Any]:
    repository = existing(request["repositoryName"])
    repository.update(mutability(request))
    kept = {name: repository[name] for name in ("registryId", "repositoryName", "imageTagMutability")}
    filters = repository["imageTagMutabilityExclusionFilters"]
    return {**kept, **({"imageTagMutabilityExclusionFilters": filters} if filters else {})}


def describe(request: Request) -> dict[str, Any]:
    """One name that is not there fails all of them."""
    if names := request.get("repositoryNames"):
        if "maxResults" in request or "nextToken" in request:
            raise invalid("maxResults and nextToken cannot be used with repositoryNames")
        return {"repositories": [shape(existing(name)) for name in names]}
    return page([shape(repository) for repository in ecr._repositories.values()], request, "repositories")


def existing(name: str) -> dict[str, Any]:
    if name not in ecr._repositories:
        registry = ecr._registry_id()
        message = f"The repository with name '{name}' does not exist in the registry with id '{registry}'"
        raise Refusal("RepositoryNotFoundException", message)
    return ecr._repositories[name]


def invalid(reason: str) -> Refusal:
    return Refusal("InvalidParameterException", f"Invalid parameter: {reason}")


# A registry's settings.


def describe_templates(request: Request) -> dict[str, Any]:
    wanted = request.get("prefixes")
    found = [template for template in templates.kept() if wanted is None or template["prefix"] in wanted]
    return {"registryId": Scope.current().account, **page(found, request, "repositoryCreationTemplates")}


def setting(name: str) -> str:
    return _settings.get(name) or SETTINGS[name][0]


def get_setting(request: Request) -> dict[str, Any]:
    name = request["name"]
    if name not in SETTINGS:
        raise invalid(f"there is no account setting '{name}'")
    return {"name": name, "value": setting(name)}


def put_setting(request: Request) -> dict[str, Any]:
    name, value = request["name"], request["value"]
    if name not in SETTINGS or value not in SETTINGS[name][1:]:
        raise invalid(f"'{value}' is no value of the account setting '{name}'")
    _settings[name] = value
    return {"name": name, "value": value}


def let_in(account: str, policy: dict[str, Any]) -> dict[str, Any]:
    """Gives another account's registry, in this region, a policy."""
    return Scope(account, Scope.current().region).run(put_policy, {"policyText": json.dumps(policy)})


def put_policy(request: Request) -> dict[str, Any]:
    _policies["policy"] = request["policyText"]
    return {"registryId": Scope.current().account, "policyText": request["policyText"]}
