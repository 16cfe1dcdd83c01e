"""What skopeo, an independent eye, says of a registry."""

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path


class Failed(Exception):
    pass


def run(*arguments: str, home: Path | None = None) -> bytes:
    """With the files of a home of its own: what this machine says of registries is not asked."""
    with tempfile.TemporaryDirectory() as folder:
        if home is None:
            home = Path(folder)
            (home / ".config/containers").mkdir(parents=True)
            (home / ".config/containers/registries.conf").touch()
            policy = '{"default": [{"type": "insecureAcceptAnything"}]}'
            (home / ".config/containers/policy.json").write_text(policy)
        done = subprocess.run(
            ["skopeo", *arguments], capture_output=True, timeout=120, env={**os.environ, "HOME": str(home)}
        )
    if done.returncode:
        raise Failed(f"skopeo {' '.join(arguments)}: {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def digest(reference: str, *options: str) -> str:
    """The digest of what the reference stands for: the index, where it is one."""
    return digest_of(run("inspect", "--raw", "--tls-verify=false", *options, f"docker://{reference}"))


def digest_of(manifest: bytes) -> str:
    return "sha256:" + hashlib.sha256(manifest).hexdigest()


def copy(source: str, destination: str, *options: str) -> None:
    run(
        *("copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false"),
        *(*options, f"docker://{source}", f"docker://{destination}"),
    )
