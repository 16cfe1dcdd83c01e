"""`AWS::Batch::*` in CloudFormation."""


def install() -> None:
    pass
