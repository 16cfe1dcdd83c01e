"""Jobs run as processes, through the states of AWS."""


def test_a_job_runs_its_command_and_its_output_is_in_the_logs(cloud):
    job = cloud.run("sh", "-c", "echo one; echo two >&2; printf three")
    assert job["status"] == "SUCCEEDED"
    assert job["container"]["exitCode"] == 0
    assert job["statusReason"] == "Essential container in task exited"
    assert cloud.said(job) == ["one", "two", "three"]
    assert [attempt["container"]["exitCode"] for attempt in job["attempts"]] == [0]
    assert job["createdAt"] <= job["startedAt"] <= job["stoppedAt"]
