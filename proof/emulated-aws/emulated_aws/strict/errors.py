"""The error code with which each service answers a request that its API model refuses.

Sources: the "Common errors" page of each API reference, e.g.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html,
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from .decode import Finding

# Code for a value that breaks a limit of the model, by IAM's prefix of the service.
INVALID_VALUE = {
    "ec2": "InvalidParameterValue",
    "rds": "InvalidParameterValue",
    "elasticache": "InvalidParameterValue",
    "elasticloadbalancing": "ValidationError",
    "iam": "ValidationError",
    "sts": "ValidationError",
    "autoscaling": "ValidationError",
    "cloudwatch": "ValidationError",
    "sns": "InvalidParameter",
    "ecs": "InvalidParameterException",
    "ecr": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "lambda": "ValidationException",
    "backup": "InvalidParameterValueException",
    "route53": "InvalidInput",
    "s3": "InvalidArgument",
}

# Code for a parameter that is missing, where it is not the one above.
MISSING = {
    "ec2": "MissingParameter",
    "rds": "MissingParameter",
    "elasticache": "MissingParameter",
    "backup": "MissingParameterValueException",
    "ecs": "ClientException",
    "s3": "MalformedXML",
}

# Code for a parameter that the model does not have, and for one of another type.
UNKNOWN = {
    "ec2": "UnknownParameter",
    "rds": "MalformedInput",
    "elasticache": "MalformedInput",
    "elasticloadbalancing": "ValidationError",
    "iam": "ValidationError",
    "sts": "ValidationError",
    "autoscaling": "ValidationError",
    "cloudwatch": "ValidationError",
    "sns": "InvalidParameter",
    "route53": "InvalidInput",
    "s3": "MalformedXML",
    "ecs": "ClientException",
}


def code_for(service: str, finding: Finding) -> str:
    if finding.kind == "required":
        return MISSING.get(service) or INVALID_VALUE.get(service, "ValidationException")
    if service == "s3" and finding.path == "Bucket":
        return "InvalidBucketName"
    if finding.kind == "unknown":
        return UNKNOWN.get(service, "SerializationException")
    if finding.kind == "type":
        return UNKNOWN.get(service, "SerializationException") if service != "ec2" else "InvalidParameterValue"
    return INVALID_VALUE.get(service, "ValidationException")


def message_for(findings: list[Finding]) -> str:
    """In the words of the services: the first finding alone where it concerns the form, else all of them."""
    if findings[0].kind in ("unknown", "type"):
        return findings[0].text
    count = len(findings)
    errors = "error" if count == 1 else "errors"
    return f"{count} validation {errors} detected: " + "; ".join(finding.text for finding in findings)
