"""Enough of the distribution API to fill a registry fast and to ask it what it holds."""

import base64
import http.client
import ssl
import time
import urllib.parse

from .images import INDEX, MANIFEST, Image

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
ACCEPT = ", ".join([INDEX, MANIFEST, DOCKER_LIST, DOCKER_MANIFEST])


class Refused(Exception):
    def __init__(self, method: str, path: str, status: int, body: bytes):
        super().__init__(f"{method} {path}: {status} {body[:300]!r}")
        self.status = status


class Client:
    """One kept connection to one registry; not for use by several threads at once."""

    def __init__(self, host: str, *, credentials: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None):
        self.host = host
        self._headers = {}
        if credentials:
            self._headers["Authorization"] = "Basic " + base64.b64encode(":".join(credentials).encode()).decode()
        if tls:
            self._connection = http.client.HTTPSConnection(host, timeout=30, context=tls)
        else:
            self._connection = http.client.HTTPConnection(host, timeout=30)

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None):
        """The answer's status, headers and body; it raises for no status."""
        self._connection.request(method, path, body=body, headers={**self._headers, **(headers or {})})
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def push(self, image: Image, repository: str, *tags: str) -> str:
        """Pushes the image under each tag, and returns its digest."""
        for key, content in image.blobs.items():
            self._push_blob(repository, key, content)
        *children, top = image.manifests
        for child in children:
            self._put_manifest(repository, child.digest, child.media_type, child.content)
        for tag in tags:
            self._put_manifest(repository, tag, top.media_type, top.content)
        return top.digest

    def digest(self, repository: str, tag: str) -> str | None:
        """The digest that the tag stands for; None where there is no such tag."""
        path = f"/v2/{repository}/manifests/{tag}"
        for _ in range(20):
            status, headers, body = self.request("HEAD", path, headers={"Accept": ACCEPT})
            if status != 500:
                break
            # docker-registry writes what a tag stands for in place: who reads it just then hears of an error.
            time.sleep(0.1)
        if status == 404:
            return None
        if status != 200:
            raise Refused("HEAD", path, status, body)
        return headers["Docker-Content-Digest"]

    def delete(self, repository: str, digest: str) -> None:
        self._expect(202, "DELETE", f"/v2/{repository}/manifests/{digest}")

    def _push_blob(self, repository: str, key: str, content: bytes) -> None:
        status, _, _ = self.request("HEAD", f"/v2/{repository}/blobs/{key}")
        if status == 200:
            return
        headers = self._expect(202, "POST", f"/v2/{repository}/blobs/uploads/", b"")
        place = urllib.parse.urlsplit(headers["Location"])
        query = "&".join(part for part in (place.query, "digest=" + urllib.parse.quote(key)) if part)
        self._expect(201, "PUT", f"{place.path}?{query}", content, {"Content-Type": "application/octet-stream"})

    def _put_manifest(self, repository: str, name: str, media_type: str, content: bytes) -> None:
        self._expect(201, "PUT", f"/v2/{repository}/manifests/{name}", content, {"Content-Type": media_type})

    def _expect(self, expected: int, method: str, path: str, body: bytes | None = None, headers: dict | None = None):
        status, answered, content = self.request(method, path, body, headers)
        if status != expected:
            raise Refused(method, path, status, content)
        return answered
