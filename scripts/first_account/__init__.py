"""What `scripts/first-account` does in an AWS account: its steps, and the report of what was seen."""
