"""S3: every bucket encrypts, with S3's own keys unless it says otherwise; conditions of bucket policies, how many replaced versions a lifecycle rule leaves alone, events to EventBridge.

moto takes a statement with a condition as if the condition were met, so that a policy that denies clear text denies
everything; it forgets the number of versions, and that events go to EventBridge, and answers the question who pays with a list of objects.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker, S3Backend
from moto.s3.responses import S3Response

from ..extend import adds, replaces


# What a bucket without a configuration of its own has.
# Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
OWN_KEYS = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}}


@replaces(FakeBucket)
def __init__(original: Callable[..., None], self: FakeBucket, *args: Any, **options: Any) -> None:
    original(self, *args, **options)
    self.encryption = copy.deepcopy(OWN_KEYS)


@replaces(S3Backend)
def delete_bucket_encryption(_: Callable[..., None], backend: S3Backend, bucket_name: str) -> None:
    backend.get_bucket(bucket_name).encryption = copy.deepcopy(OWN_KEYS)


@replaces(FakeBucket)
def get_permission(_: Callable[..., Any], self: FakeBucket, action: str, resource: str) -> PermissionResult:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    # a call to the emulator stands for one over TLS by an ordinary caller: what conditions single out are other calls
    policy["Statement"] = [statement for statement in statements if "Condition" not in statement]
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


@replaces(FakeBucket)
def set_lifecycle(original: Callable[..., None], self: FakeBucket, rules: list[dict[str, Any]]) -> None:
    original(self, rules)
    for rule, wish in zip(self.rules, rules, strict=True):
        expiration = wish.get("NoncurrentVersionExpiration") or {}
        rule.newer_noncurrent_versions = expiration.get("NewerNoncurrentVersions")


@replaces(S3Response)
def serialized(original: Callable[..., Any], self: S3Response, action_result: ActionResult) -> Any:
    result = action_result.result
    if isinstance(result, dict) and "TransitionDefaultMinimumObjectSize" in result:
        for rule, answer in zip(self.backend.get_bucket(self.bucket_name).rules, result["Rules"], strict=True):
            if rule.newer_noncurrent_versions is not None:
                answer["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = rule.newer_noncurrent_versions
    if isinstance(result, dict) and "TopicConfigurations" in result:
        wanted = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if wanted is not None and wanted.event_bridge is not None:
            result["EventBridgeConfiguration"] = {}
    return original(self, action_result)


@replaces(FakeBucket)
def _log_permissions_enabled_policy(
    original: Callable[..., bool], self: FakeBucket, target_bucket: FakeBucket, target_prefix: str | None
) -> bool:
    """moto stumbles over statements for everyone (`"Principal": "*"`); those don't speak of the logging service."""
    policy = json.loads(target_bucket.policy or b'{"Statement": []}')
    statements = [each for each in policy["Statement"] if isinstance(each.get("Principal"), dict)]
    shown = copy.copy(target_bucket)
    shown.policy = json.dumps({**policy, "Statement": statements}).encode()
    return original(target_bucket=shown, target_prefix=target_prefix)


@adds(FakeDeleteMarker)
def dispose(_: FakeDeleteMarker) -> None:
    """moto frees the content of every deleted version; a marker, which can be deleted like one, has none."""


@replaces(S3Response)
def list_objects(original: Callable[..., Any], self: S3Response) -> Any:
    """moto takes GetBucketRequestPayment for it."""
    if "requestPayment" in self.querystring:
        payer = "<Payer>BucketOwner</Payer>"
        namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
        body = f'<RequestPaymentConfiguration xmlns="{namespace}">{payer}</RequestPaymentConfiguration>'
        return 200, {"Content-Type": "application/xml"}, body
    return original(self)
