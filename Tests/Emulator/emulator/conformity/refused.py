"""The answer of a service that a request does not suit."""

from xml.sax.saxutils import escape

from ..refusal import Refusal
from .record import HEADER

Answer = tuple[int, dict[str, str], bytes]

# What the services call it; `ValidationException` where nothing stands here.
CODES = {
    "batch": "ClientException",
    "ecr": "InvalidParameterException",
    "ecr-public": "InvalidParameterException",
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "secretsmanager": "InvalidParameterException",
    "sqs": "InvalidParameterValue",
    "sso": "InvalidRequestException",
    "sso-oidc": "InvalidRequestException",
    "sts": "ValidationError",
}

# Services that nobody plays here, and what they say to whoever asks rightly: there is no session.
NOT_PLAYED = {"sso": ("UnauthorizedException", 401), "sso-oidc": ("InvalidGrantException", 400)}


def not_played(service: str) -> Answer:
    code, status = NOT_PLAYED[service]
    return Refusal(code, f"this emulator only looks whether {service} is asked rightly", status).answer()


def refusal(service: str, code: str, message: str) -> Answer:
    if service == "sts":
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        status, headers = 400, {"Content-Type": "text/xml"}
        body = f"<ErrorResponse>{error}<RequestId>refused</RequestId></ErrorResponse>".encode()
    else:
        status, headers, body = Refusal(code, message).answer()
    return status, {**headers, HEADER: in_header(message)}, body


def in_header(sentence: str) -> str:
    """In a header's line, of bounded length."""
    return " ".join(sentence.encode("ascii", "replace").decode().split())[:2000]
