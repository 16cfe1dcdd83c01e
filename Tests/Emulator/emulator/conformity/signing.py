"""Whether a request is signed as its operation wants, and sent to where botocore's rules say the service is."""

import functools
import re
from urllib.parse import urlsplit

from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.model import OperationModel

from ..models import loader
from .calls import Request

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/]+/(?P<date>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>[^/]+)/aws4_request,\s*"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+),\s*Signature=[0-9a-f]{64}"
)
LOOPBACK = ("127.0.0.1", "localhost")


def fault(request: Request, operation: OperationModel, must_match_host: bool) -> str:
    """What is wrong; empty if nothing is. Whether the signature is right is for MiniStack to see."""
    given = request.headers.get("authorization", "")
    service = operation.service_model.signing_name
    if operation.auth_type == "none":
        return f"{operation.name} takes no signature" if given.startswith("AWS4") else ""
    if "X-Amz-Signature=" in request.query:
        return ""
    match = AUTHORIZATION.fullmatch(given)
    if not match:
        return "" if not given else f"The authorization is not of the form of signature version 4: {given[:40]}…"
    if match["service"] != service:
        return f"Credential should be scoped to correct service: '{service}'."
    if not request.headers.get("x-amz-date", "").startswith(match["date"]):
        return "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
    signed = set(match["headers"].split(";"))
    needed = {"host"} | {name for name in request.headers if name.startswith("x-amz-")}
    # Added on the way, by X-Ray and by proxies.
    if missing := needed - signed - {"x-amzn-trace-id"}:
        return f"There were headers present in the request which were not signed: {', '.join(sorted(missing))}"
    return wrong_host(request, operation, match["region"]) if must_match_host else ""


def wrong_host(request: Request, operation: OperationModel, region: str) -> str:
    host = request.headers.get("host", "").partition(":")[0]
    service = operation.service_model.service_name
    if host in LOOPBACK or host in hosts(service, region):
        return ""
    return f"{service} is not at {host} in {region}, but at {', '.join(sorted(hosts(service, region)))}"


@functools.cache
def hosts(service: str, region: str) -> frozenset[str]:
    """Plain, dual-stack, FIPS, and both."""
    provider = EndpointProvider(
        loader.load_service_model(service, "endpoint-rule-set-1"), loader.load_data("partitions")
    )
    found = set()
    for fips in (False, True):
        for dual in (False, True):
            try:
                found.add(provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual).url)
            except EndpointProviderError:
                continue
    return frozenset(urlsplit(url).hostname or "" for url in found)
