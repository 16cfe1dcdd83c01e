"""Array jobs."""

from itertools import pairwise

import pytest


def children(cloud, parent: str, status: str) -> list[dict]:
    return cloud.batch.list_jobs(arrayJobId=parent, jobStatus=status)["jobSummaryList"]


def test_each_child_has_its_index_and_the_parent_sums_them_up(cloud):
    definition = cloud.definition(
        "sh", "-c", "echo $AWS_BATCH_JOB_ARRAY_INDEX; exit $((AWS_BATCH_JOB_ARRAY_INDEX == 2))"
    )
    parent = cloud.ended(cloud.submit(cloud.queue(), definition, arrayProperties={"size": 4}))
    assert (parent["status"], parent["statusReason"]) == ("FAILED", "Array Child Job failed")
    assert parent["arrayProperties"]["size"] == 4
    summary = {state: count for state, count in parent["arrayProperties"]["statusSummary"].items() if count}
    assert summary == {"SUCCEEDED": 3, "FAILED": 1}
    failed = children(cloud, parent["jobId"], "FAILED")
    assert [child["jobId"] for child in failed] == [f"{parent['jobId']}:2"]
    assert cloud.said(cloud.job(failed[0]["jobId"])) == ["2"]


def test_children_are_not_listed_with_the_queue(cloud):
    queue = cloud.queue()
    parent = cloud.submit(queue, cloud.definition("true"), arrayProperties={"size": 3})
    cloud.ended(parent)
    listed = cloud.batch.list_jobs(jobQueue=queue, jobStatus="SUCCEEDED")["jobSummaryList"]
    assert [job["jobId"] for job in listed] == [parent]
    assert len(children(cloud, parent, "SUCCEEDED")) == 3


def test_terminating_the_parent_ends_all_children(cloud):
    queue = cloud.queue(vcpus=2)
    parent = cloud.submit(queue, cloud.definition("sleep", "1000"), arrayProperties={"size": 4})
    cloud.until(f"{parent}:0", "RUNNING")
    assert cloud.job(parent)["status"] == "PENDING"
    cloud.batch.terminate_job(jobId=parent, reason="enough")
    job = cloud.ended(parent)
    assert (job["statusReason"], job["arrayProperties"]["statusSummary"]["FAILED"]) == ("enough", 4)


@pytest.mark.parametrize("kind", ["N_TO_N", "SEQUENTIAL"])
def test_children_depend_on_each_other(cloud, kind):
    queue, definition = cloud.queue(), cloud.definition("true")
    if kind == "N_TO_N":
        first = cloud.submit(
            queue, cloud.definition("sh", "-c", "exit $AWS_BATCH_JOB_ARRAY_INDEX"), arrayProperties={"size": 2}
        )
        second = cloud.submit(
            queue, definition, arrayProperties={"size": 2}, dependsOn=[{"jobId": first, "type": "N_TO_N"}]
        )
        cloud.ended(second)
        assert [cloud.job(f"{second}:{index}")["status"] for index in range(2)] == ["SUCCEEDED", "FAILED"]
    else:
        parent = cloud.submit(queue, definition, arrayProperties={"size": 3}, dependsOn=[{"type": "SEQUENTIAL"}])
        cloud.ended(parent)
        jobs = [cloud.job(f"{parent}:{index}") for index in range(3)]
        assert all(one["stoppedAt"] <= other["startedAt"] for one, other in pairwise(jobs))


def test_cancelling_the_parent_spares_the_child_that_runs(cloud):
    queue, file = cloud.queue(vcpus=1), cloud.folder / "go"
    definition = cloud.definition("sh", "-c", f"until test -e {file}; do sleep 0.01; done")
    parent = cloud.submit(queue, definition, arrayProperties={"size": 3})
    cloud.until(f"{parent}:0", "RUNNING")
    cloud.until(f"{parent}:2", "RUNNABLE")
    cloud.batch.cancel_job(jobId=parent, reason="not needed")
    assert cloud.ended(f"{parent}:2")["statusReason"] == "not needed"
    assert cloud.job(f"{parent}:0")["status"] == "RUNNING"
    file.touch()
    summary = cloud.ended(parent)["arrayProperties"]["statusSummary"]
    assert (summary["SUCCEEDED"], summary["FAILED"]) == (1, 2)
