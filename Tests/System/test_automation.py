"""The timer, runs that the stack starts, and what is wrong with the machinery, in the dashboard and by command."""

import contextlib
import re
import signal
import sqlite3

import pytest

from lab.images import make_image
from lab.stack import Stack


@pytest.fixture
def timed_stack(cloud) -> Stack:
    """A stack whose timer does not fire while a test takes."""
    return Stack(cloud, Schedule="rate(30 days)", MirrorOnPush="true")


def rule(stack: Stack) -> str:
    return stack.cloud.events.describe_rule(Name=stack.settings["timer"])["State"]


@pytest.fixture(params=["local", "stack"])
def timed(request: pytest.FixtureRequest, account):
    """An account on an installation that has a timer, with the words for its schedule."""
    if request.param == "stack":
        account.work_on(request.getfixturevalue("timed_stack"))
        yield account, "rate(30 days)"
        return
    with account.start("run", "--every", "1h") as unattended:
        account.wait_for(lambda: timer(account)["schedule"] == "every 1h" and timer(account)["next"], "the timer")
        yield account, "every 1h"
        unattended.send_signal(signal.SIGTERM)


def timer(account, *action: str) -> dict:
    return account.ecrmirror("timer", *action, "--json").json


def test_the_timer_is_shown_paused_and_resumed_in_the_dashboard(timed):
    account, schedule = timed
    with account.screen(columns=120) as screen:
        screen.wait("no mirrors yet")
        screen.press("4")
        screen.wait(f"timer {schedule}")
        screen.press("T")
        screen.wait(f"Pause the timer, {schedule}?")
        screen.answer("n")
        screen.wait("nothing was done")
        assert timer(account)["paused"] is False
        screen.press("T")
        screen.answer("y")
        screen.wait("TIMER PAUSED")
        assert timer(account)["paused"] is True
        screen.press("6", "v")
        screen.wait(re.compile(r"> timer .*ecrmirror timer resume"))
        screen.press("Enter")
        screen.wait("what is wrong")
        screen.press(":timer resume", "Enter")
        screen.wait(f"Resume the timer, {schedule}?")
        screen.answer("y")
        screen.wait("this problem is resolved")
        screen.wait(lambda screen: "TIMER PAUSED" not in screen.text)
    assert timer(account)["paused"] is False


def test_a_pause_by_command_is_seen_by_a_dashboard_that_may_only_look(timed):
    account, _ = timed
    assert timer(account, "pause")["paused"] is True
    with account.screen("--read-only") as screen:
        screen.wait("TIMER PAUSED")
        screen.press("T")
        screen.wait("read-only")
    account.ecrmirror("--read-only", "timer", "resume", exit=1)
    assert timer(account, "resume")["paused"] is False


def test_pausing_a_stack_disables_its_rule(account, timed_stack):
    account.work_on(timed_stack)
    states = [rule(timed_stack)]
    for action in ("pause", "resume"):
        account.ecrmirror("timer", action)
        states.append(rule(timed_stack))
    assert states == ["ENABLED", "DISABLED", "ENABLED"]


def test_a_paused_timer_stays_paused_when_the_stack_is_updated_with_another_schedule(account, timed_stack, emulator):
    """CloudFormation enables the rule again: it puts it anew, and the template says nothing of its state."""
    account.work_on(timed_stack)
    account.ecrmirror("timer", "pause")
    timed_stack.update(Schedule="rate(29 days)")
    assert rule(timed_stack) == "ENABLED"
    assert timer(account) == {"schedule": "rate(29 days)", "paused": True, "next": None}
    emulator.fire(timed_stack.settings["timer"])
    log = f"/ecrmirror/{timed_stack.name}/schedule"
    account.wait_for(lambda: "the timer is paused" in said(timed_stack, log), "the function's word")
    assert timed_stack.jobs("control") == []
    account.ecrmirror("timer", "resume")
    emulator.fire(timed_stack.settings["timer"])
    account.wait_for(lambda: timed_stack.jobs("control"), "a control job")
    timed_stack.until_idle()


def said(stack, group: str) -> str:
    """What the streams of a log group have."""
    streams = stack.cloud.logs.describe_log_streams(logGroupName=group)["logStreams"]
    events = [
        stack.cloud.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
        for stream in streams
    ]
    return "\n".join(event["message"] for found in events for event in found)


def test_where_there_is_no_timer_none_is_paused(anywhere):
    anywhere.make_store()
    assert anywhere.ecrmirror("timer").stdout == "none\n"
    refused = anywhere.ecrmirror("timer", "pause", exit=1)
    assert "no timer" in refused.stderr


def test_a_paused_timer_leaves_its_turns_out_says_so_once_and_goes_on(account, source, destination, client):
    one = client(source).push(make_image("one"), "app", "latest")
    account.ecrmirror("add", f"{source.host}/app:latest", f"{destination.host}/app")

    def copied() -> str | None:
        return client(destination).digest("app", "latest")

    with account.start("run", "--every", "1s") as unattended:
        account.wait_for(lambda: copied() == one, "the first copy")
        account.ecrmirror("timer", "pause")
        unattended.send_signal(signal.SIGTERM)
        unattended.communicate(timeout=60)
    # The pause outlives who it stopped.
    assert account.ecrmirror("timer").stdout == "none, paused\n"
    two = client(source).push(make_image("two"), "app", "latest")
    done = runs(account)
    with account.start("run", "--every", "1s") as unattended:
        turns: set[int] = set()

        def have_gone_by() -> bool:
            turns.update(due(account))
            return len(turns) > 4

        account.wait_for(have_gone_by, "some turns")
        assert copied() == one and runs(account) == done
        account.ecrmirror("timer", "resume")
        account.wait_for(lambda: copied() == two, "the second copy")
        unattended.send_signal(signal.SIGTERM)
        _, said = unattended.communicate(timeout=60)
    assert (said.count("the timer was paused"), said.count("the timer was resumed")) == (1, 1), said


def runs(account) -> list[str]:
    items = account.ecrmirror("history", "--json").json["items"]
    return [item["id"] for item in items if item["kind"] == "run"]


def due(account) -> list[int]:
    """When the next turn of a local timer is, also of one that is paused, as the store has it."""
    with contextlib.closing(sqlite3.connect(f"file:{account.store}/mirrors.db?mode=ro", uri=True)) as store:
        return [row[0] for row in store.execute("SELECT next FROM timer")]


def test_a_run_on_a_stack_is_its_functions_and_a_second_one_names_what_still_works(
    account, timed_stack, source, client
):
    stack = timed_stack
    client(source).push(make_image("app"), "app", "1.0")
    account.work_on(stack)
    with account.screen(columns=200) as screen:
        screen.wait("no mirrors yet")
        # The control job stays where it is until it is seen.
        queue = stack.settings["controlQueue"]
        environment = stack.cloud.batch.describe_job_queues(jobQueues=[queue])["jobQueues"][0]
        names = [entry["computeEnvironment"] for entry in environment["computeEnvironmentOrder"]]
        for name in names:
            stack.cloud.batch.update_compute_environment(computeEnvironment=name, state="DISABLED")
        screen.press("R")
        screen.answer("y")
        screen.wait(re.compile(r"run \d+T\d+Z-[0-9a-f]{8} is starting in AWS as control job"))
        (job,) = stack.jobs("control")
        screen.wait(job["jobId"])
        screen.wait(lambda screen: "run in progress" in screen.lines[0])
        screen.press("4")
        screen.wait(re.compile(rf"run in progress for .*, by the control job {job['jobName']}, RUNNABLE"))
        screen.press("R")
        screen.answer("y")
        screen.wait("error: cannot run: ")
        screen.wait(job["jobName"])
        assert "Traceback" not in screen.text and "Run.Refused" not in screen.text
        # What keeps it waiting is a problem.
        screen.press("r", "6")
        screen.wait(re.compile(r"compute .*disabled"))
        for name in names:
            stack.cloud.batch.update_compute_environment(computeEnvironment=name, state="ENABLED")
        stack.until_idle()
        # It is looked for often while there is one.
        screen.wait(lambda screen: "run in progress" not in screen.text)
        screen.press("r", "4")
        screen.wait(re.compile(r"run +0 +0 +0"))
        screen.press("6")
        screen.wait(lambda screen: "compute" not in screen.text)


def test_dead_letters_are_a_problem_until_they_are_gone(account, timed_stack):
    account.work_on(timed_stack)
    queue = timed_stack.settings["deadLetterQueue"]
    timed_stack.cloud.sqs.send_message(QueueUrl=queue, MessageBody="no push")
    with account.screen(columns=200) as screen:
        screen.wait("Problems 1")
        # With all of the room for the list.
        screen.press("6", "v")
        screen.wait(re.compile(r"dead-letters +\S+ .*redrive"))
        screen.press("Enter")
        screen.wait("1 message about pushes failed even after retries")
        timed_stack.cloud.sqs.purge_queue(QueueUrl=queue)
        screen.press("r")
        screen.wait("this problem is resolved")


def test_a_program_that_is_missing_is_a_problem(account):
    with account.screen(columns=200, ECRMIRROR_SKOPEO="no-such-skopeo") as screen:
        screen.wait("Problems 1")
        screen.press("6")
        screen.wait(re.compile(r"program +no-such-skopeo .*install it"))


def test_a_timer_that_ended_without_a_word_is_a_problem_until_it_is_back(account):
    with account.start("run", "--every", "1h") as unattended:
        account.wait_for(lambda: timer(account)["schedule"], "the timer")
        unattended.kill()
    shown = account.ecrmirror("timer")
    assert shown.stdout == "none\n" and f"process {unattended.pid}, has died" in shown.stderr
    with account.screen(columns=200) as screen:
        screen.wait("Problems 1")
        screen.press("6")
        screen.wait(re.compile(rf"ecrmirror run --every 1h, process {unattended.pid}, has died"))
        with account.start("run", "--every", "1h") as unattended:
            account.wait_for(lambda: timer(account)["schedule"], "the timer")
            screen.press("r")
            screen.wait("nothing needs attention")
            unattended.send_signal(signal.SIGTERM)


def test_what_cannot_be_seen_is_said_once_and_seen_when_it_can_be(account, timed_stack, emulator):
    account.work_on(timed_stack)
    emulator.fault("events:DescribeRule", status=400, code="InternalException", message="not today")
    with account.screen(columns=120) as screen:
        for _ in range(2):
            asked = emulator.requests().get("events:DescribeRule", 0)
            screen.press("r")
            account.wait_for(lambda: emulator.requests().get("events:DescribeRule", 0) > asked, "another look")  # noqa: B023
        screen.press("7")
        screen.wait("cannot read the status of the timer and the queues")
        assert len(re.findall(r"not\s+today", screen.text)) == 1
        emulator.clear_faults()
        screen.press("4", "r")
        screen.wait("timer rate(30 days)")


def test_an_open_dashboard_asks_for_the_timer_far_less_often_than_for_what_changed(account, timed_stack, emulator):
    account.work_on(timed_stack)
    with account.screen() as screen:
        screen.wait("no mirrors yet")
        before = emulator.requests().get("dynamodb:GetItem", 0)
        account.wait_for(lambda: emulator.requests().get("dynamodb:GetItem", 0) >= before + 2, "two polls")
        calls = emulator.requests()
    for operation in ("events:DescribeRule", "batch:DescribeJobQueues", "batch:DescribeComputeEnvironments"):
        assert calls[operation] == 1
