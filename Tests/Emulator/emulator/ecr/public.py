"""ECR Public: the tokens with which its gallery is pulled from."""

import base64
import json
import secrets
import time
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, router

from ..permissions import permits
from ..refusal import Refusal, answer
from ..scope import Scope
from ..settings import settings

SERVICE = "ecr-public"
HOME = "us-east-1"
"""The only region that has it."""


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
        if not headers.get("x-amz-target", "").endswith(".GetAuthorizationToken"):
            raise Refusal("UnsupportedCommandException", "this emulator's ECR Public only gives tokens")
        return answer(authorize(router.extract_access_key_id(headers, query)))
    except Refusal as refusal:
        return refusal.answer()


def authorize(access_key_id: str) -> dict[str, Any]:
    scope = Scope.current()
    if scope.region != HOME:
        raise Refusal("UnsupportedCommandException", f"ECR Public is in {HOME} only, not in {scope.region}")
    credential = iam_evaluator.resolve_credential(access_key_id, scope.account)
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
