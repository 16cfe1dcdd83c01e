"""Who may use ECR's registry: holders of a token that GetAuthorizationToken gave, for what IAM lets them do."""

import base64
import json
import re
import secrets
import time
from dataclasses import dataclass

from ministack.core import iam_evaluator, router
from ministack.core.iam_evaluator import ResolvedCredential
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import ecr

from ..permissions import permits
from ..scope import Scope
from ..settings import settings

ACTIONS = {
    ("blob", "HEAD"): "BatchCheckLayerAvailability",
    ("blob", "GET"): "GetDownloadUrlForLayer",
    ("blob", "DELETE"): "BatchDeleteImage",
    ("blob_uploads", "POST"): "InitiateLayerUpload",
    ("blob_upload_session", "GET"): "UploadLayerPart",
    ("blob_upload_session", "PATCH"): "UploadLayerPart",
    ("blob_upload_session", "PUT"): "CompleteLayerUpload",
    ("blob_upload_session", "DELETE"): "UploadLayerPart",
    ("manifest", "HEAD"): "BatchGetImage",
    ("manifest", "GET"): "BatchGetImage",
    ("manifest", "PUT"): "PutImage",
    ("manifest", "DELETE"): "BatchDeleteImage",
    ("tags_list", "GET"): "ListImages",
    ("catalog", "GET"): "DescribeRepositories",
}
"""The IAM action behind each request of the registry."""

REGISTRY_HOST = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.")


@dataclass(frozen=True)
class Token:
    credential: ResolvedCredential
    scope: Scope
    expires: float


_tokens: dict[str, Token] = {}
_handle_request, _handle_registry_request = ecr.handle_request, ecr.handle_registry_request


def install() -> None:
    ecr.handle_request = handle_request
    ecr.handle_registry_request = handle_registry_request


async def handle_request(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
    """ECR's API, with authorization tokens that lead back to whom they were given."""
    if headers.get("x-amz-target", "").endswith(".GetAuthorizationToken"):
        return authorize(router.extract_access_key_id(headers, query))
    return await _handle_request(method, path, headers, body, query)


def authorize(access_key_id: str) -> tuple:
    scope = Scope.current()
    credential = iam_evaluator.resolve_credential(access_key_id, scope.account)
    assert isinstance(credential, ResolvedCredential), "the signature of this request has been verified"
    token = secrets.token_urlsafe(48)
    expires = time.time() + settings.registry_token_lifetime
    _tokens[token] = Token(credential, scope, expires)
    entry = {
        "authorizationToken": base64.b64encode(f"AWS:{token}".encode()).decode(),
        "expiresAt": expires,
        "proxyEndpoint": f"https://{scope.account}.dkr.ecr.{scope.region}.amazonaws.com",
    }
    document = json.dumps({"authorizationData": [entry]}).encode()
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, document


async def handle_registry_request(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
    token = _tokens.get(password(headers.get("authorization", "")))
    host = headers.get("host", "")
    named = Scope(*match.groups()) if (match := REGISTRY_HOST.match(host)) else None
    if token is None or (named and named.region != token.scope.region):
        status, answered, content = ecr._registry_error(401, "UNAUTHORIZED", "Not Authorized")
        challenge = f'Basic realm="https://{host}/",service="ecr.amazonaws.com"'
        return status, {**answered, "Www-Authenticate": challenge}, content
    if time.time() > token.expires:
        return denied("Your authorization token has expired. Reauthenticate and try again.")
    scope = named or token.scope
    set_request_account_id(scope.account)
    set_request_region(scope.region)
    if parsed := ecr._parse_v2_path(path):
        action = ACTIONS.get((parsed[0], method.upper()))
        resource = scope.arn("ecr", f"repository/{parsed[1]}") if parsed[1] else "*"
        if action and not permits(token.credential, "ecr", f"ecr:{action}", resource):
            who = token.credential.principal_arn
            return denied(f"User: {who} is not authorized to perform: ecr:{action} on resource: {resource}")
    return await _handle_registry_request(method, path, headers, body, query)


def denied(message: str) -> tuple[int, dict[str, str], bytes]:
    return ecr._registry_error(403, "DENIED", message)


def password(authorization: str) -> str:
    """Of basic auth by the user AWS; empty for anything else."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return ""
    return secret if user == "AWS" else ""
