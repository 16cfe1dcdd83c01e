"""What an open dashboard costs: requests and read units counted on the emulated account, priced for a day."""

import re
import time

import pytest

from lab.images import make_image
from lab.stack import Stack
from support.proxy import Hold

MIRRORS = 1000
DAY = 86400
# What dashboards ask that has a price, us-east-1 (cfn/README.md): a read unit. Asking for jobs, queues, rules and logs
# costs nothing; a dashboard that only looks writes nothing.
UNIT = 0.125 / 1_000_000
FREE = {
    "batch:ListJobs",
    "batch:DescribeJobs",
    "batch:DescribeJobQueues",
    "batch:DescribeComputeEnvironments",
    "events:DescribeRule",
    "logs:GetLogEvents",
}
READS = {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem"}
# The table is read anew every 15 minutes at the latest, for what others changed in it; the history likewise.
WHOLE_READS = DAY / 900
# Seconds that are counted and taken for the day's average. A slow machine looks less often, never more often.
WINDOW = 24
BUDGET = 5  # requests a second of all that keeps the screen fresh


@pytest.fixture
def large(account, stack):
    """A stack with a thousand mirrors that were looked at."""
    digest = {"S": "sha256:" + "a" * 64}
    seen = {"state": {"S": "in-sync"}, "sourceDigest": digest, "digest": digest, "since": {"S": STAMP}}
    rows = []
    for number in range(MIRRORS):
        copy = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/mirror/team/app-{number}:1.0"
        rows.append(
            {
                "Source": {"S": f"docker.io/team/app-{number}:1.0"},
                "Destination": {"S": copy},
                "Observed": {"M": {copy: {"M": {**seen, "checked": {"S": STAMP}}}}},
            }
        )
    stack.put_rows(rows)
    account.work_on(stack)
    return stack


STAMP = "2026-11-24T00:00:00Z"


def cost_of_a_day(stack: Stack, whole: float) -> float:
    """Counts what is asked from now on, and prices a day of it with the whole table read now and then."""
    emulator = stack.cloud.emulator
    emulator.clear_requests()
    start = time.monotonic()
    time.sleep(WINDOW)
    units, requests = emulator.read_units(), emulator.requests()
    # What has passed, not what was to pass: a machine that stops in between has counted for longer.
    seconds = time.monotonic() - start
    assert set(requests) <= FREE | READS, requests
    assert requests, "a dashboard that asks nothing is not live"
    assert sum(requests.values()) <= BUDGET * seconds + 20, requests
    dollars = (units / seconds * DAY + whole * WHOLE_READS) * UNIT
    counts = ", ".join(f"{name} {count}" for name, count in requests.items())
    print(f"\n{seconds:.0f} s: {counts}; {units} units; {whole} for a whole read; {dollars:.4f} USD a day")
    return dollars


def test_an_open_dashboard_costs_less_than_a_cent_a_day(account, large, source, destination, client, proxy):
    emulator = large.cloud.emulator
    emulator.clear_requests()
    with account.screen() as screen:
        screen.wait(str(MIRRORS))
        screen.wait("in-sync 1000")
        whole = emulator.read_units()
        assert whole > MIRRORS / 20
        idle = cost_of_a_day(large, whole)
        # A job that works and whose log is followed.
        front, hold = proxy(source.host), Hold()
        client(source).push(make_image("app"), "app", "1")
        front.when(hold, method="GET", path="/blobs/")
        account.ecrmirror("add", f"{front.host}/app:1", f"{destination.host}/app")
        account.ecrmirror("mirror", "--no-wait", f"{front.host}/app:1")
        hold.wait_until_reached()
        screen.press("2")
        screen.wait("running 1")
        screen.press("Enter")
        screen.wait("Log of attempt 1")
        working = cost_of_a_day(large, whole)
        hold.release()
        screen.wait("copied and verified")
    assert idle < 0.01
    assert working < 0.01


def test_a_job_that_ends_has_its_own_row_read_again_and_not_the_table(
    account, large, source, destination, client, proxy
):
    front, hold = proxy(source.host), Hold()
    client(source).push(make_image("app"), "app", "1")
    front.when(hold, method="GET", path="/blobs/")
    origin = f"{front.host}/app:1"
    account.ecrmirror("add", origin, f"{destination.host}/app")
    emulator = large.cloud.emulator
    with account.screen() as screen:
        screen.wait("1001")
        screen.press("/", origin, "Enter")
        screen.wait("1 of 1001")
        screen.press("m")
        screen.wait(re.compile("> .*copying"))
        # What the key press itself changed in the row is read by then.
        emulator.clear_requests()
        account.wait_for(lambda: emulator.requests().get("dynamodb:GetItem", 0) >= 3, "some looks")
        emulator.clear_requests()
        hold.release()
        screen.wait(re.compile("> .*in-sync"))
    assert "dynamodb:Scan" not in emulator.requests()
