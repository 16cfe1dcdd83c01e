"""ECR Public: the tokens with which its gallery is pulled from, and repositories as far as they are made."""

import base64
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, router
from ministack.core.responses import AccountRegionScopedDict

from ..permissions import permits
from ..refusal import Refusal, answer
from ..scope import Scope
from ..settings import settings

SERVICE = "ecr-public"
HOME = "us-east-1"
"""The only region that has it."""
_repositories = AccountRegionScopedDict()


def install() -> None:
    router.SERVICE_PATTERNS[SERVICE] = {
        "target_prefixes": ["SpencerFrontendService"],
        "host_patterns": [r"api\.ecr-public\."],
        "credential_scope": SERVICE,
    }
    iam_actions.SERVICE_TO_IAM_NAMESPACE[SERVICE] = SERVICE
    app.SERVICE_HANDLERS[SERVICE] = handle_request


async def handle_request(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
    try:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if (region := Scope.current().region) != HOME:
            raise Refusal("UnsupportedCommandException", f"ECR Public is in {HOME} only, not in {region}")
        if operation == "GetAuthorizationToken":
            return answer(authorize(router.extract_access_key_id(headers, query)))
        if operation not in OPERATIONS:
            raise Refusal("UnsupportedCommandException", f"this emulator's ECR Public has no {operation}")
        return answer(OPERATIONS[operation](json.loads(body)))
    except Refusal as refusal:
        return refusal.answer()


def authorize(access_key_id: str) -> dict[str, Any]:
    credential = iam_evaluator.resolve_credential(access_key_id, Scope.current().account)
    assert isinstance(credential, iam_evaluator.ResolvedCredential), "the signature has been verified"
    action = "sts:GetServiceBearerToken"
    if not permits(credential, "sts", action, "*"):
        message = f"User: {credential.principal_arn} is not authorized to perform: {action} on resource: *"
        raise Refusal("AccessDeniedException", message, 400)
    token = base64.b64encode(json.dumps({"payload": secrets.token_urlsafe(60)}).encode()).decode()
    return {
        "authorizationData": {
            "authorizationToken": base64.b64encode(f"AWS:{token}".encode()).decode(),
            "expiresAt": time.time() + settings.registry_token_lifetime,
        }
    }


def alias() -> str:
    """The name that the account's registry has in the gallery."""
    return f"r{Scope.current().account}"


def arn(resource: str) -> str:
    return f"arn:aws:ecr-public::{Scope.current().account}:{resource}"


def describe_registries(request: dict[str, Any]) -> dict[str, Any]:
    account = Scope.current().account
    names = {"name": alias(), "status": "ACTIVE", "primaryRegistryAlias": True, "defaultRegistryAlias": True}
    registry = {
        "registryId": account,
        "registryArn": arn(f"registry/{account}"),
        "registryUri": f"public.ecr.aws/{alias()}",
        "verified": False,
        "aliases": [names],
    }
    return {"registries": [registry]}


def create_repository(request: dict[str, Any]) -> dict[str, Any]:
    name, account = request["repositoryName"], Scope.current().account
    if name in _repositories:
        message = f"The repository with name '{name}' already exists in the registry with id '{account}'"
        raise Refusal("RepositoryAlreadyExistsException", message)
    _repositories[name] = {
        "repositoryArn": arn(f"repository/{name}"),
        "registryId": account,
        "repositoryName": name,
        "repositoryUri": f"public.ecr.aws/{alias()}/{name}",
        "createdAt": int(time.time()),
    }
    return {"repository": _repositories[name], "catalogData": {}}


def describe_repositories(request: dict[str, Any]) -> dict[str, Any]:
    wanted, account = request.get("repositoryNames"), Scope.current().account
    if missing := next((name for name in wanted or () if name not in _repositories), None):
        message = f"The repository with name '{missing}' does not exist in the registry with id '{account}'"
        raise Refusal("RepositoryNotFoundException", message)
    return {"repositories": [_repositories[name] for name in wanted or list(_repositories)]}


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "CreateRepository": create_repository,
    "DescribeRegistries": describe_registries,
    "DescribeRepositories": describe_repositories,
}
