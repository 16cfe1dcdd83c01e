"""ListJobs and DescribeJobs."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def queue(cloud) -> str:
    """With seven jobs that have ended, of two names and two definitions."""
    queue = cloud.queue()
    one, two = cloud.definition("true"), cloud.definition("false")
    for number in range(7):
        definition = two if number % 3 == 0 else one
        cloud.ended(cloud.submit(queue, definition, name=f"{'push' if number % 2 else 'Run'}-{number}"))
    cloud.one, cloud.two = one, two
    return queue


def names(cloud, **wish) -> list[str]:
    return [job["jobName"] for job in cloud.batch.list_jobs(**wish)["jobSummaryList"]]


def test_a_list_has_running_jobs_unless_another_state_is_asked_for(cloud):
    queue = cloud.queue()
    running = cloud.submit(queue, cloud.definition("sleep", "1000"))
    cloud.ended(cloud.submit(queue, cloud.definition("true"), name="done"))
    cloud.until(running, "RUNNING")
    assert names(cloud, jobQueue=queue) == ["job"]
    assert names(cloud, jobQueue=queue, jobStatus="SUCCEEDED") == ["done"]
    cloud.batch.terminate_job(jobId=running, reason="the test ends")


def test_filters_show_all_states_newest_first(cloud, queue):
    everything = [{"name": "AFTER_CREATED_AT", "values": ["0"]}]
    expected = ["Run-6", "push-5", "Run-4", "push-3", "Run-2", "push-1", "Run-0"]
    assert names(cloud, jobQueue=queue, filters=everything) == expected
    assert names(cloud, jobQueue=queue, filters=everything, jobStatus="RUNNING") == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("JOB_NAME", "run-2", ["Run-2"]),
        ("JOB_NAME", "PUSH*", ["push-5", "push-3", "push-1"]),
        ("JOB_NAME", "run", []),
        ("JOB_DEFINITION", "{two}", ["Run-6", "push-3", "Run-0"]),
        ("JOB_DEFINITION", "{two}:1", ["Run-6", "push-3", "Run-0"]),
        ("JOB_DEFINITION", "{two}:2", []),
        ("BEFORE_CREATED_AT", "0", []),
    ],
)
def test_a_filter_picks(cloud, queue, name, value, expected):
    value = value.format(two=cloud.two)
    assert names(cloud, jobQueue=queue, filters=[{"name": name, "values": [value]}]) == expected


def test_pages(cloud, queue):
    pages = cloud.batch.get_paginator("list_jobs").paginate(
        jobQueue=queue,
        filters=[{"name": "AFTER_CREATED_AT", "values": ["0"]}],
        PaginationConfig={"PageSize": 3},
    )
    assert [len(page["jobSummaryList"]) for page in pages] == [3, 3, 1]


def test_a_summary_tells_how_the_container_ended(cloud, queue):
    failed = cloud.batch.list_jobs(jobQueue=queue, jobStatus="FAILED")["jobSummaryList"]
    assert {job["container"]["exitCode"] for job in failed} == {1}
    assert {job["statusReason"] for job in failed} == {"Essential container in task exited"}


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({}, "Exactly one of"),
        ({"jobQueue": "none"}, "Job Queue none does not exist"),
        ({"jobQueue": "{queue}", "filters": [{"name": "NAME", "values": ["x"]}]}, "Filter name must be one of"),
        ({"jobQueue": "{queue}", "nextToken": "garbage"}, "nextToken"),
    ],
)
def test_a_bad_list_is_refused(cloud, wish, message):
    wish = {key: cloud.queue() if value == "{queue}" else value for key, value in wish.items()}
    with pytest.raises(ClientError, match=message):
        cloud.batch.list_jobs(**wish)


def test_describing_takes_a_hundred_and_leaves_out_what_is_not_known(cloud):
    job = cloud.run("true")
    known = cloud.batch.describe_jobs(jobs=[job["jobId"], *(f"none-{number}" for number in range(99))])["jobs"]
    assert [each["jobId"] for each in known] == [job["jobId"]]
    with pytest.raises(ClientError, match="at most 100"):
        cloud.batch.describe_jobs(jobs=[str(number) for number in range(101)])
