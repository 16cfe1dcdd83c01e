"""The emulated AWS, as the tests of the programs use it."""


def test_a_job_has_the_built_programs(cloud):
    job = cloud.run("ecrmirror-batch", "--help", container={"image": "ecrmirror:1"})
    assert job["status"] == "SUCCEEDED", cloud.said(job)
    assert "control" in "\n".join(cloud.said(job))
