"""A token server for docker-registry: basic auth in, signed tokens out."""

import base64
import hashlib
import json
import secrets
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SERVICE = "test registry"


class TokenServer:
    """`field` is where the answer carries the token: `token` or `access_token`, for both occur."""

    def __init__(self, folder: Path, credentials: tuple[str, str], field: str = "token"):
        folder.mkdir(parents=True, exist_ok=True)
        self._key, self._certificate = folder / "key.pem", folder / "certificate.pem"
        _openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tokens"),
            *("-keyout", self._key, "-out", self._certificate),
        )
        self._key_id = _fingerprint(_openssl("pkey", "-in", self._key, "-pubout", "-outform", "DER"))
        self._credentials = credentials
        self.field = field
        self.scopes: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def configuration(self) -> dict:
        """The `auth` section of the registry that trusts this server."""
        return {
            "token": {
                "realm": f"http://127.0.0.1:{self._server.server_address[1]}/token",
                "service": SERVICE,
                "issuer": "tokens",
                "rootcertbundle": str(self._certificate),
            }
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, scopes: list[str]) -> str:
        """A signed token for `repository:NAME:ACTIONS` scopes, good for five minutes."""
        access = []
        for scope in scopes:
            kind, _, rest = scope.partition(":")
            name, _, actions = rest.rpartition(":")
            access.append({"type": kind, "name": name, "actions": actions.split(",")})
        now = int(time.time())
        header = {"typ": "JWT", "alg": "RS256", "kid": self._key_id}
        claims = {
            "iss": "tokens",
            "sub": self._credentials[0],
            "aud": SERVICE,
            "exp": now + 300,
            "nbf": now - 60,
            "iat": now,
            "jti": secrets.token_hex(8),
            "access": access,
        }
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
        signature = _openssl("dgst", "-sha256", "-sign", self._key, input=signed.encode())
        return f"{signed}.{_base64url(signature)}"

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                expected = "Basic " + base64.b64encode(":".join(server._credentials).encode()).decode()
                if self.headers.get("Authorization") != expected or query.get("service") != [SERVICE]:
                    self.send_error(401)
                    return
                scopes = [word for scope in query.get("scope", []) for word in scope.split()]
                server.scopes += scopes
                body = json.dumps({server.field: server.token(scopes), "expires_in": 300}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_) -> None:
                pass

        return Handler


def _openssl(*arguments: str | Path, input: bytes | None = None) -> bytes:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, input=input, check=True, capture_output=True, timeout=60).stdout


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _fingerprint(public_key: bytes) -> str:
    """How docker-registry names keys: 240 bits of SHA-256 as twelve groups of base 32."""
    text = base64.b32encode(hashlib.sha256(public_key).digest()[:30]).decode()
    return ":".join(text[at : at + 4] for at in range(0, len(text), 4))
