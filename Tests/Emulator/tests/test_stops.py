"""Jobs that are cancelled or terminated."""

import pytest

STUBBORN = ("sh", "-c", "echo begun; exec sleep 1000")


@pytest.fixture
def full(cloud) -> str:
    """A queue whose only vCPU is taken."""
    queue = cloud.queue(vcpus=1)
    cloud.until(cloud.submit(queue, cloud.definition(*STUBBORN)), "RUNNING")
    return queue


def test_terminating_a_running_job_ends_its_processes_and_keeps_the_reason(cloud):
    identifier = cloud.submit(cloud.queue(), cloud.definition(*STUBBORN, retryStrategy={"attempts": 3}))
    cloud.until(identifier, "RUNNING")
    cloud.batch.terminate_job(jobId=identifier, reason="enough")
    job = cloud.ended(identifier)
    assert (job["status"], job["statusReason"], job["isTerminated"]) == ("FAILED", "enough", True)
    assert job["container"]["exitCode"] == 143
    assert len(job["attempts"]) == 1


@pytest.mark.parametrize("way", ["cancel_job", "terminate_job"])
def test_a_waiting_job_ends_at_once(cloud, full, way):
    identifier = cloud.submit(full, cloud.definition("true"))
    cloud.until(identifier, "RUNNABLE")
    getattr(cloud.batch, way)(jobId=identifier, reason="not needed")
    job = cloud.ended(identifier)
    assert (job["status"], job["statusReason"], job["attempts"]) == ("FAILED", "not needed", [])
    assert (job["isCancelled"], job["isTerminated"]) == (way == "cancel_job", way == "terminate_job")


def test_cancelling_a_running_job_does_nothing(cloud):
    identifier = cloud.submit(cloud.queue(), cloud.definition("sh", "-c", "sleep 0.3; echo done"))
    cloud.until(identifier, "RUNNING")
    cloud.batch.cancel_job(jobId=identifier, reason="too late")
    job = cloud.ended(identifier)
    assert (job["status"], job["isCancelled"]) == ("SUCCEEDED", False)


def test_stopping_a_job_that_has_ended_or_never_was_succeeds_and_changes_nothing(cloud):
    job = cloud.run("true")
    cloud.batch.terminate_job(jobId=job["jobId"], reason="late")
    cloud.batch.terminate_job(jobId="00000000-0000-0000-0000-000000000000", reason="never was")
    assert cloud.job(job["jobId"]) == job


def test_a_job_ended_by_terminate_makes_room_for_the_next(cloud, full):
    waiting = cloud.submit(full, cloud.definition("true"))
    running = cloud.batch.list_jobs(jobQueue=full)["jobSummaryList"][0]["jobId"]
    cloud.batch.terminate_job(jobId=running, reason="make room")
    assert cloud.ended(waiting)["status"] == "SUCCEEDED"
