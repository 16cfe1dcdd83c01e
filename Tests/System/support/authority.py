"""A certificate authority of the tests' own, that no system trusts."""

import ssl
import subprocess
from pathlib import Path


class Authority:
    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "ca.pem"
        self._folder = folder
        self._openssl(
            *"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem".split(),
            *("-subj", "/CN=ecrmirror test authority"),
        )

    def tls(self) -> dict:
        """The `http.tls` section of a registry on 127.0.0.1 whose certificate this authority signed."""
        self._openssl(*"req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=127.0.0.1".split())
        (self._folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        self._openssl(
            *"x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2".split(),
            *"-extfile names -out server.pem".split(),
        )
        return {"certificate": str(self._folder / "server.pem"), "key": str(self._folder / "server.key")}

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)
