"""SQS: a queue keeps its policy when other attributes are set, and has a redrive allow policy.

moto takes a policy that is not named for one that is to be removed, and knows no redrive allow policy.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.sqs.models import Queue, SQSBackend

from ..extend import mends

ALLOWED_SOURCES = "RedriveAllowPolicy"


@mends(Queue)
def _set_attributes(
    original: Callable[..., None], queue: Queue, attributes: dict[str, Any], now: float | None = None
) -> None:
    policy = getattr(queue, "policy", None)
    original(queue, attributes, now)
    if "Policy" not in attributes:
        queue.policy = policy


@mends(SQSBackend)
def get_queue_attributes(
    original: Callable[..., dict[str, Any]], backend: SQSBackend, queue_name: str, attribute_names: list[str]
) -> dict[str, Any]:
    known = [name for name in attribute_names if name != ALLOWED_SOURCES]
    answer = original(backend, queue_name, known)
    # as AWS answers it, without blanks
    if answer.get("RedrivePolicy"):
        answer = {**answer, "RedrivePolicy": json.dumps(json.loads(answer["RedrivePolicy"]), separators=(",", ":"))}
    allowed = getattr(backend.get_queue(queue_name), "redrive_allow_policy", None)
    if allowed and {ALLOWED_SOURCES, "All"} & set(attribute_names):
        answer = {**answer, ALLOWED_SOURCES: allowed}
    return answer
