"""What skopeo, an independent eye, says of a registry."""

import hashlib
import subprocess


class Failed(Exception):
    pass


def run(*arguments: str) -> bytes:
    done = subprocess.run(["skopeo", *arguments], capture_output=True, timeout=120)
    if done.returncode:
        raise Failed(f"skopeo {' '.join(arguments)}: {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def digest(reference: str, *options: str) -> str:
    """The digest of what the reference stands for: the index, where it is one."""
    manifest = run("inspect", "--raw", "--tls-verify=false", *options, f"docker://{reference}")
    return "sha256:" + hashlib.sha256(manifest).hexdigest()


def copy(source: str, destination: str, *options: str) -> None:
    run(
        *("copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false"),
        *(*options, f"docker://{source}", f"docker://{destination}"),
    )
