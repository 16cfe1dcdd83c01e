"""A registry that says "later": the job ends instead of waiting, and nobody asks in vain until the time has come."""

from datetime import UTC, datetime

import pytest

from lab.images import make_image
from support.proxy import status


@pytest.mark.parametrize("limited", ["source", "destination"])
def test_one_registry_s_limit_holds_up_nothing_else(account, source, destination, proxy, client, limited):
    for name in ("slow", "quick"):
        client(source).push(make_image(name, layer_bytes=5000), name, "1.0")
    front = proxy((source if limited == "source" else destination).host)
    # As Docker Hub: looks are free, what skopeo asks for is not.
    if limited == "source":
        front.when(status(429, Retry_After="3600"), method="GET", path="/slow/")
        row = (f"{front.host}/slow:1.0", f"{destination.host}/slow:1.0")
    else:
        front.when(status(429, Retry_After="3600"), method="HEAD", path="/blobs/")
        row = (f"{source.host}/slow:1.0", f"{front.host}/slow:1.0")
    account.configure("worker:\n  parallel: 1\n")
    account.ecrmirror("add", *row)
    account.ecrmirror("add", f"{source.host}/quick:1.0", f"{destination.host}/quick:1.0")

    run = account.ecrmirror("run", "--once", exit=None)
    assert "quick" in str(run), run
    assert client(destination).digest("quick", "1.0")
    seen = account.destination(row[1])
    assert seen["state"] == "deferred"
    assert front.host in seen["error"]
    assert "later" in seen["error"]
    left = datetime.fromisoformat(seen["nextTry"]) - datetime.now(UTC)
    assert 3000 < left.total_seconds() <= 3600
    job = next(job for job in account.jobs() if "slow" in job["source"])
    assert job["state"] == "FAILED"
    assert len(job["attempts"]) == 1

    # Until then runs start nothing for it: the registry is looked at, and asked for no content.
    front.forget()
    account.ecrmirror("run", "--once", exit=None)
    assert len(account.jobs()) == 2
    assert {request.kind for request in front.requests} <= {"ping", "manifest"}
    assert account.states()[row[1]] == "deferred"

    # A person who asks is served at once.
    front.behave()
    account.ecrmirror("mirror", row[0])
    assert account.states()[row[1]] == "in-sync"
