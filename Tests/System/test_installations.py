"""Several installations in one dashboard, and one that cannot be opened at once."""

import re

from lab.stack import Stack
from support.proxy import never


def named(account, **stacks: Stack) -> None:
    """Gives stacks the names under which the account knows them."""
    lines = ["dashboard: {production: [prod]}", "stacks:"]
    for name, stack in stacks.items():
        lines.append(f"  {name}: {{name: {stack.name}, region: {stack.cloud.emulator.region}}}")
    account.configure("\n".join(lines))


def test_one_goes_from_stack_to_stack_to_this_machine_without_a_restart(account, cloud, stack):
    other = Stack(cloud, Schedule="none", MirrorOnPush="false")
    account.ecrmirror("add", "r.example/here:1", "d.example/here")
    # What `local` means.
    account.environment["ECRMIRROR_LOCAL"] = str(account.store)
    account.work_on(stack)
    # A region of its own goes before the environment's.
    account.environment["AWS_REGION"] = "eu-north-1"
    named(account, prod=stack, lab=other)
    for name in ("prod", "lab"):
        account.place = ["--stack", name]
        account.ecrmirror("add", f"r.example/{name}:1", f"d.example/{name}")

    account.place = ["--stack", "prod"]
    with account.screen(columns=120) as screen:
        screen.wait("r.example/prod:1")
        assert re.search(rf"{stack.name} \(\d+ us-east-1\)  PRODUCTION", screen.lines[0])
        # Sorted otherwise than the next one.
        screen.press("O", "I", "Tab", "Enter")
        screen.wait("r.example/lab:1")
        screen.wait("opened lab")
        assert other.name in screen.lines[0] and "PRODUCTION" not in screen.lines[0]
        assert "r.example/prod" not in screen.text and "STATE▼" in screen.text
        # What one does now is done there.
        screen.press("x")
        screen.wait("disabled")
        screen.press(":use local", "Enter")
        screen.wait("r.example/here:1")
        screen.press(f":use {account.folder}/new", "Enter")
        screen.wait(f"cannot open {account.folder}"[:60])
        screen.press("Inowhere", "Enter")
        screen.wait("cannot open nowhere")
        screen.press(":use prod", "Enter")
        screen.wait("r.example/prod:1")
        assert "SOURCE▲" in screen.text
        screen.press("q")
        assert screen.wait_for_end() == 0
    enabled = {name: account.run("ecrmirror", "--stack", name, "status", "--json").json for name in ("prod", "lab")}
    assert {name: status["entries"][0]["enabled"] for name, status in enabled.items()} == {"prod": True, "lab": False}


def test_checks_under_way_stop_when_one_goes_elsewhere(account, proxy):
    dead = proxy()
    dead.when(never)
    account.ecrmirror("add", f"{dead.host}/team/hangs:1", f"{dead.host}/copy/hangs:1")
    with account.screen(columns=250) as screen:
        screen.wait("unknown")
        account.run("ecrmirror", "--local", account.folder / "other", "import", "-", "--format", "csv")
        screen.press("C")
        screen.wait("checking")
        screen.press(f":use {account.folder}/other", "Enter")
        screen.wait("stopped 1 check")
        screen.wait("no mirrors yet")
        assert "checking" not in screen.lines[0]
        screen.press("q")
        assert screen.wait_for_end() == 0


def test_while_a_stack_does_not_answer_the_plain_lines_do(account, proxy):
    dead = proxy()
    dead.when(never)
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
    account.place = ["--stack", "far"]
    with account.screen("--linear", AWS_ENDPOINT_URL=f"http://{dead.host}", **keys) as screen:
        screen.wait("far is being loaded")
        screen.press("problems", "Enter")
        screen.wait("Problems.")
        screen.press("quit", "Enter")
        assert screen.wait_for_end() == 0
        assert "command?" not in screen.text


def test_a_stack_that_cannot_be_opened_yet_is_waited_for(account, cloud, stack):
    account.work_on(stack)
    account.ecrmirror("add", "r.example/app:1", "d.example/app")
    cloud.emulator.fault("ssm:GetParameter", status=500, times=1000)
    with account.screen() as screen:
        screen.wait(re.compile(r"retrying in \d+s"))
        assert stack.name in screen.lines[0]
        # Nothing can be done with it, and that is said.
        screen.press("R")
        screen.wait(f"{stack.name} is not open yet")
        cloud.emulator.clear_faults()
        screen.wait("r.example/app:1")
        assert "retrying" not in screen.text
        screen.press("q")
        assert screen.wait_for_end() == 0


def test_while_a_stack_cannot_be_opened_one_can_go_elsewhere(account, cloud, stack):
    account.ecrmirror("add", "r.example/here:1", "d.example/here")
    here = account.store
    account.work_on(stack)
    cloud.emulator.fault("ssm:GetParameter", status=500, times=1000)
    with account.screen() as screen:
        screen.wait("retrying")
        screen.press(":use nowhere", "Enter")
        screen.wait("cannot open nowhere")
        screen.wait("retrying")
        screen.press(f":use {here}", "Enter")
        screen.wait("r.example/here:1")
        assert "retrying" not in screen.text
        screen.press("q")
        assert screen.wait_for_end() == 0


def test_a_stack_that_there_is_not_ends_it_with_the_reason(account, stack):
    account.work_on(stack)
    account.place = ["--stack", "nowhere"]
    with account.screen() as screen:
        assert screen.wait_for_end() == 1
        assert "there is no stack nowhere in us-east-1" in screen.text.replace("\n", "")
