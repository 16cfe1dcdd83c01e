"""The CloudFormation templates as values: read, rendered for choices of their parameters, held to AWS's lists."""
