"""SQS: a queue keeps its policy when other attributes are set, has a redrive allow policy, and lives by the emulator's clock.

moto takes a policy that is not named for one that is to be removed, and knows no redrive allow policy. It counts the
messages of a queue three times for each that is sent, and asks for the time twice for each that is counted: minutes for a
backlog of thousands.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import moto.sqs.models
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from .. import clock
from ..extend import replaces

ALLOWED_SOURCES = "RedriveAllowPolicy"


@replaces(Queue)
def _set_attributes(
    original: Callable[..., None], queue: Queue, attributes: dict[str, Any], now: float | None = None
) -> None:
    policy = getattr(queue, "policy", None)
    original(queue, attributes, now)
    if "Policy" not in attributes:
        queue.policy = policy


@replaces(SQSBackend)
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


def set_backlog(wish: dict[str, Any]) -> None:
    """Leaves so many messages in a queue, as if a sender and workers had; raises KeyError when there is no such queue."""
    _, _, _, region, account, name = wish["queueArn"].split(":")
    backend = sqs_backends[account][region]
    if name not in backend.queues:
        raise KeyError(f"no queue {wish['queueArn']}")
    # SQS lets a caller purge once a minute; nobody calls here
    backend.queues[name].last_purged_at = None
    backend.purge_queue(name)
    backend.queues[name].last_purged_at = None
    group = {"group_id": "backlog"} if name.endswith(".fifo") else {}
    for number in range(int(wish["messages"])):
        # a queue of FIFO kind drops a message that it has had before
        once = {**group, "deduplication_id": f"{clock.now()}-{number}"} if group else {}
        backend.send_message(name, str(number), **once)


# --- time ----------------------------------------------------------------------------------------------------------


@replaces(moto.sqs.models)
def unix_time_millis(original: Callable[..., float], *_: Any) -> float:
    return clock.now() * 1000


def _visible(queue: Queue) -> list[Message]:
    now = clock.now() * 1000
    return [each for each in queue._messages if each.visible_at < now and each.delayed_until <= now]


def _in_flight(queue: Queue) -> int:
    now = clock.now() * 1000
    return sum(each.visible_at >= now for each in queue._messages)


def _delayed(queue: Queue) -> int:
    now = clock.now() * 1000
    return sum(each.delayed_until > now for each in queue._messages)


Queue.messages = property(_visible)  # type: ignore[method-assign,assignment]
Queue.approximate_number_of_messages_not_visible = property(_in_flight)  # type: ignore[method-assign,assignment]
Queue.approximate_number_of_messages_delayed = property(_delayed)  # type: ignore[method-assign,assignment]
