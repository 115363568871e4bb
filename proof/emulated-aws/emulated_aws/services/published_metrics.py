"""CloudWatch: what SQS and Container Insights publish each minute about queues and services.

SQS has values of every queue; Container Insights has none of a service of which no task runs.
Sources: Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"; CloudWatch User Guide, "Amazon ECS
Container Insights metrics"
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.ecs.models import EC2ContainerServiceBackend, ecs_backends
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from .. import clock
from .ecs_services import tasks_of

INSIGHTS = ("enabled", "enhanced")

Published = tuple[str, dict[str, str], float]


def publish(minute: float) -> None:
    """The values of the minute that ends at `minute`."""
    # as moto keeps them
    timestamp = datetime.fromtimestamp(minute - 60, timezone.utc).replace(tzinfo=None)
    for namespace, backends, published in (
        ("AWS/SQS", sqs_backends, of_queues),
        ("ECS/ContainerInsights", ecs_backends, of_services),
    ):
        for account, region, backend in list(backends.iter_backends()):
            data = [
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                    "Value": number,
                    "Unit": "Count",
                    "Timestamp": timestamp,
                }
                for name, dimensions, number in published(backend)
            ]
            _cloudwatch(account, region).put_metric_data(namespace, data)


def _cloudwatch(account: str, region: str) -> CloudWatchBackend:
    backend: CloudWatchBackend = cloudwatch_backends[account][region]
    return backend


def of_queues(backend: SQSBackend) -> Iterator[Published]:
    for queue in list(backend.queues.values()):
        values = {
            "ApproximateNumberOfMessagesVisible": queue.approximate_number_of_messages,
            "ApproximateNumberOfMessagesNotVisible": queue.approximate_number_of_messages_not_visible,
            "ApproximateNumberOfMessagesDelayed": queue.approximate_number_of_messages_delayed,
            "ApproximateAgeOfOldestMessage": _oldest(queue),
        }
        yield from ((name, {"QueueName": queue.name}, float(value)) for name, value in values.items())


def _oldest(queue: Queue) -> float:
    """Seconds since the oldest message was sent."""
    sent = [float(message.sent_timestamp) / 1000 for message in list(queue._messages)]
    return max(0.0, clock.now() - min(sent)) if sent else 0.0


def of_services(backend: EC2ContainerServiceBackend) -> Iterator[Published]:
    for service in list(backend.services.values()):
        cluster: Any = backend.clusters.get(service.cluster_name)
        settings = {each["name"]: each["value"] for each in (cluster and cluster.settings) or []}
        running = len(tasks_of(backend, service))
        if running and settings.get("containerInsights") in INSIGHTS:
            dimensions = {"ClusterName": service.cluster_name, "ServiceName": service.name}
            yield "RunningTaskCount", dimensions, float(running)
            yield "DesiredTaskCount", dimensions, float(service.desired_count)


clock.every_minute(publish)
