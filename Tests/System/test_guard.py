"""What a registry can make skopeo do: nothing that it could not make our own looks do."""

import base64
import time

import pytest

from conftest import CREDENTIALS
from lab.images import make_image
from support.forward import Forward, secure
from support.proxy import Proxy, pass_on, status

USER, PASSWORD = CREDENTIALS
NAME = "registry.example"
REFERENCE = f"{NAME}/app:1.0"


def to_skopeo(behaviour, header="Accept-Encoding", mark="gzip"):
    """The behaviour towards skopeo, known by a header that only Go's programs send, and a good one towards others."""
    return lambda handler: (behaviour if mark in handler.headers.get(header, "") else pass_on)(handler)


def wants_password(handler):
    """Basic sign-in, as a registry of its own has it."""
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if handler.headers.get("Authorization") == expected:
        handler.pass_on()
    else:
        status(401, WWW_Authenticate='Basic realm="registry"')(handler)


@pytest.fixture
def front(account, source, client, tmp_path):
    """A registry elsewhere, with TLS and a password, reached through the proxy of the environment; gives both."""
    client(source).push(make_image("app"), "app", "1.0")
    with Proxy(source.host) as registry:
        certificate = secure(registry, tmp_path, NAME, "uploads.example")
        with Forward({f"{NAME}:443": registry.host, "uploads.example:443": registry.host}) as forward:
            account.configure(f"registries: {{caFile: {certificate}}}\n")
            account.environment |= {"HTTPS_PROXY": forward.address, "HTTP_PROXY": forward.address}
            account.sign_in(NAME, USER, PASSWORD)
            yield registry, forward


def test_a_copy_goes_through_the_guard_and_the_proxy_of_the_environment(account, front, destination):
    registry, forward = front
    registry.when(wants_password)
    account.ecrmirror("add", REFERENCE, f"{destination.host}/app")
    account.ecrmirror("mirror", REFERENCE)
    assert account.states()[f"{destination.host}/app:1.0"] == "in-sync"
    assert any("skopeo" in request.headers["user-agent"] for request in registry.requests)
    assert forward.targets == {f"{NAME}:443"}


REALMS = [
    "http://elsewhere.example/token",
    "http://169.254.169.254/latest/token",
    "https://169.254.169.254/token",
    f"http://{NAME}/token",
]


@pytest.mark.parametrize("realm", REALMS)
def test_a_realm_that_only_skopeo_is_told_gets_no_password(account, front, destination, realm):
    registry, forward = front
    challenge = status(401, WWW_Authenticate=f'Bearer realm="{realm}",service="s",scope="repository:app:pull"')
    registry.when(to_skopeo(challenge))
    account.ecrmirror("add", REFERENCE, f"{destination.host}/app")
    said = account.ecrmirror("mirror", REFERENCE, exit=1)
    assert forward.targets == {f"{NAME}:443"}
    assert not any("authorization" in headers for _, _, headers in forward.asked)
    error = account.destination(f"{destination.host}/app:1.0")["error"]
    assert "sent skopeo to a forbidden address" in error and "is refused" in error and "`realms`" in error
    assert PASSWORD not in error + said.stdout + said.stderr


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_realm_on_this_machine_that_only_skopeos_name_is_told_is_refused_before_it_starts(
    account, front, destination, proxy, scheme
):
    registry, _ = front
    inside = proxy()
    challenge = status(401, WWW_Authenticate=f'Bearer realm="{scheme}://{inside.host}/token",service="s"')
    registry.when(to_skopeo(challenge, "User-Agent", "skopeo"))
    account.ecrmirror("add", REFERENCE, f"{destination.host}/app")
    account.ecrmirror("mirror", REFERENCE, exit=1)
    assert inside.count() == 0
    assert "this machine itself" in account.destination(f"{destination.host}/app:1.0")["error"]


def test_an_upload_is_not_led_to_plain_http(account, front, source, client):
    registry, forward = front
    client(source).push(make_image("other"), "other", "1.0")
    registry.when(wants_password)
    registry.when(status(202, Location="http://elsewhere.example/upload?state=x"), method="POST", path="/uploads/")
    account.ecrmirror("add", f"{source.host}/other:1.0", f"{NAME}/copy")
    account.ecrmirror("mirror", f"{source.host}/other:1.0", exit=1)
    assert forward.targets == {f"{NAME}:443"}
    error = account.destination(f"{NAME}/copy:1.0")["error"]
    assert "plain HTTP to elsewhere.example:80 is refused" in error


def test_copies_keep_the_pace_that_is_set_for_a_registry(account, front, destination, client, source):
    registry, _ = front
    registry.when(wants_password)
    for name in ("one", "two"):
        client(source).push(make_image(name, layer_bytes=400_000), "app", name)
        account.ecrmirror("add", f"{NAME}/app:{name}", f"{destination.host}/app")
    configuration = account.folder / "home/.config/ecrmirror/config.yaml"
    limits = f"limits: {{{NAME}: {{bytesPerSecond: 1MiB}}}}"
    configuration.write_text(configuration.read_text().rstrip("}\n") + f", {limits}}}\n")
    began = time.monotonic()
    account.ecrmirror("mirror", "--all")
    # Both together, 3.2 MB: beside each other, each with a pace of its own, they would take half as long.
    assert time.monotonic() - began > 2.5
    assert set(account.states().values()) == {"in-sync"}
