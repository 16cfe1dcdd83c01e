"""Secrets stay where they were: not in arguments, logs, the store, or what is left of temporary files."""

import base64

from conftest import CREDENTIALS
from lab.client import Client
from lab.images import make_image
from support.account import command_line
from support.proxy import Hold

USER, PASSWORD = CREDENTIALS
FORMS = [PASSWORD.encode(), base64.b64encode(f"{USER}:{PASSWORD}".encode())]


def holders(folder) -> list:
    """Files that contain the secret in any form."""
    return [file for file in folder.rglob("*") if file.is_file() and any(form in file.read_bytes() for form in FORMS)]


def test_a_password_appears_nowhere_but_in_the_users_own_auth_file(account, basic_registry, destination, proxy):
    Client(basic_registry.host, credentials=CREDENTIALS).push(make_image("app"), "app", "1.0")
    account.sign_in(basic_registry.host, *CREDENTIALS)
    front = proxy(destination.host)
    hold = Hold()
    front.when(hold, method="PUT", path="/manifests/1.0")
    origin = f"{basic_registry.host}/app:1.0"
    account.ecrmirror("add", origin, f"{front.host}/app")
    said = [account.ecrmirror("mirror", origin, "--no-wait", LOG_LEVEL="trace")]
    hold.wait_until_reached()

    # In the middle of the copy: in the user's own auth file, and in memory.
    own = account.folder / "run/containers/auth.json"
    assert holders(account.folder) == [own]
    lines = [command_line(pid) for pid in account.processes()]
    assert any("skopeo" in line for line in lines)
    assert not any(form.decode() in line for form in FORMS for line in lines)

    hold.release()
    job = account.wait_for_job("SUCCEEDED")
    account.wait_for(lambda: not account.processes(), "the end of the worker")
    assert holders(account.folder) == [own]
    said += [account.ecrmirror(*words) for words in (["logs", job["id"]], ["history", "--json"], ["status", "--json"])]
    assert not any(form.decode() in str(outcome) for form in FORMS for outcome in said)


def test_a_killed_job_leaves_its_secret_to_nobody_else(account, basic_registry, destination, proxy):
    Client(basic_registry.host, credentials=CREDENTIALS).push(make_image("app"), "app", "1.0")
    account.sign_in(basic_registry.host, *CREDENTIALS)
    front = proxy(destination.host)
    hold = Hold()
    front.when(hold, method="PUT", path="/manifests/1.0")
    account.ecrmirror("add", f"{basic_registry.host}/app:1.0", f"{front.host}/app")
    account.ecrmirror("mirror", "--all", "--no-wait")
    hold.wait_until_reached()
    account.kill()
    assert holders(account.folder) == [account.folder / "run/containers/auth.json"]
