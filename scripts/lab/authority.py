"""A certificate authority of our own, that no system trusts."""

import ssl
import subprocess
from collections.abc import Iterable
from pathlib import Path

NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split()


class Authority:
    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "ca.pem"
        self._folder = folder
        self._openssl(
            *("req", "-x509", *NEW_KEY, "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"),
            *("-subj", "/CN=ecrmirror test authority"),
        )

    def sign(self, names: Iterable[str]) -> tuple[Path, Path]:
        """A certificate for the names, such as `DNS:*.example.com` or `IP:127.0.0.1`, and its key."""
        request = ("req", *NEW_KEY, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=ecrmirror test")
        self._openssl(*request)
        (self._folder / "names").write_text(f"subjectAltName={','.join(names)}\n")
        self._openssl(
            *"x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2".split(),
            *"-extfile names -out server.pem".split(),
        )
        return self._folder / "server.pem", self._folder / "server.key"

    def tls(self) -> dict:
        """The `http.tls` section of a registry on 127.0.0.1 whose certificate this authority signed."""
        certificate, key = self.sign(["IP:127.0.0.1", "DNS:localhost"])
        return {"certificate": str(certificate), "key": str(key)}

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True, timeout=60)
