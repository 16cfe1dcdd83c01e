"""Which operation a request calls: `batch:SubmitJob`, `registry:PutManifest`."""

from typing import Any
from urllib.parse import parse_qs

from ministack import app
from ministack.core import iam_actions, router
from ministack.services import ecr

REGISTRY = {
    "ping": "Ping",
    "catalog": "Catalog",
    "blob_uploads": "StartUpload",
    "blob_upload_session": "Upload",
    "blob": "Blob",
    "manifest": "Manifest",
    "tags_list": "ListTags",
}
"""What MiniStack calls the parts of a registry, and how they are named here."""


def name(scope: dict[str, Any], body: bytes) -> str:
    """The IAM action, or for ECR's registry its own name; `unknown:METHOD` where there is none."""
    method, path = scope["method"], scope["path"]
    if app._is_ecr_registry_path(path):
        return registry(method, path)
    headers = headers_of(scope)
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    parameters = app._routing_params(method, path, headers, body, query)
    service = router.detect_service(method, path, headers, parameters)
    action = iam_actions.extract_iam_action(service, method, path, headers, body, parameters)
    return action or f"{service}:{method}"


def headers_of(scope: dict[str, Any]) -> dict[str, str]:
    """The request's headers by their names in small letters."""
    return {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}


def registry(method: str, path: str) -> str:
    parsed = ecr._parse_v2_path(path)
    if parsed is None:
        return f"registry:{method}"
    part = REGISTRY[parsed[0]]
    return f"registry:{method.capitalize()}{part}" if part in ("Blob", "Manifest", "Upload") else f"registry:{part}"
