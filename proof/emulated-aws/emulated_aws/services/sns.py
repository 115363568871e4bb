"""SNS: whether the AWS services that publish to a topic may, and may use the key that the topic is encrypted with.

A message of a service that may not is lost without an error, on AWS as here; `unheard` says which would be.
Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html, "Enable compatibility between event sources
from AWS services and encrypted topics"; https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
"""

from __future__ import annotations

from collections.abc import Iterator

from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.sns.models import sns_backends

from ..access.identities import find_key, service_may_use_key
from ..access.policies import ALLOWED, Request, decide
from .ec2_connection_notifications import notifications_of

KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")


def unheard() -> list[str]:
    """Sentences, one for each service whose messages to a topic would be lost."""
    publishers = sorted({*_alarms(), *_connection_events()})
    return [f"{service} to {topic}: {why}" for service, topic in publishers for why in _why_lost(service, topic)]


def _alarms() -> Iterator[tuple[str, str]]:
    for _, _, backend in list(cloudwatch_backends.iter_backends()):
        for alarm in list(backend.alarms.values()):
            actions = [*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions]
            yield from (("cloudwatch.amazonaws.com", each) for each in actions if ":sns:" in each)


def _connection_events() -> Iterator[tuple[str, str]]:
    for _, _, backend in list(ec2_backends.iter_backends()):
        for notification in notifications_of(backend).values():
            yield "vpce.amazonaws.com", notification.connection_notification_arn


def _why_lost(service: str, arn: str) -> Iterator[str]:
    _, _, _, region, account, _ = arn.split(":", 5)
    topic = sns_backends[account][region].topics.get(arn)
    if topic is None:
        yield "the topic does not exist"
        return
    context = {"aws:sourceaccount": account, "aws:securetransport": "true"}
    if decide([topic.policy], Request("sns:Publish", arn, frozenset({service}), context)) != ALLOWED:
        yield "the topic's policy does not allow sns:Publish"
    if not topic.kms_master_key_id:
        return
    key = find_key(region, account, topic.kms_master_key_id)
    for action in KEY_ACTIONS:
        if key is None or service_may_use_key(service, key, action, {}) != ALLOWED:
            yield f"the topic's key does not allow {action}"
