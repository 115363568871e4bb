"""CloudWatch Logs: a group is encrypted only with a key that lets the service use it for that group.

moto takes any key. Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html (the key
policy); the wording is the one that users report, hashicorp/terraform-provider-aws#29282.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse as Responses

from ..access.identities import find_key, service_may_use_key
from ..access.policies import ALLOWED
from ..extend import ApiError, adds, replaces

# What the service does with the key, each time with the group's ARN as encryption context.
ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey")


@replaces(LogsBackend)
def create_log_group(
    original: Callable[..., LogGroup], backend: LogsBackend, log_group_name: str, tags: dict[str, str], **options: Any
) -> LogGroup:
    if options.get("kmsKeyId"):
        _check(backend, log_group_name, options["kmsKeyId"])
    return original(backend, log_group_name, tags, **options)


@adds(Responses)
def associate_kms_key(response: Any) -> ActionResult:
    """What is written from now on is encrypted with the key. Source: API_AssociateKmsKey.html of CloudWatch Logs."""
    backend, name, key = _named(response), response._get_param("logGroupName"), response._get_param("kmsKeyId")
    _check(backend, name, key)
    backend.groups[name].kms_key_id = key
    return EmptyResult()


@adds(Responses)
def disassociate_kms_key(response: Any) -> ActionResult:
    """What is written from now on is encrypted by CloudWatch Logs itself."""
    _named(response).groups[response._get_param("logGroupName")].kms_key_id = None
    return EmptyResult()


def _named(response: Any) -> LogsBackend:
    """The backend, which has the log group of the call."""
    backend: LogsBackend = response.logs_backend
    if response._get_param("logGroupName") not in backend.groups:
        raise ResourceNotFoundException()
    return backend


def _check(backend: LogsBackend, group: str, key_id: str) -> None:
    arn = f"arn:{backend.partition}:logs:{backend.region_name}:{backend.account_id}:log-group:{group}"
    key = find_key(backend.region_name, backend.account_id, key_id)
    principal = f"logs.{backend.region_name}.amazonaws.com"
    context = {
        "kms:encryptioncontext:aws:logs:arn": arn,
        "aws:sourceaccount": backend.account_id,
        "aws:sourcearn": arn,
    }
    if key is None or any(service_may_use_key(principal, key, action, context) != ALLOWED for action in ACTIONS):
        raise ApiError(
            "AccessDeniedException",
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'",
        )
