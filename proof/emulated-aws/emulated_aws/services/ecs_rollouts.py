"""Deployments of ECS services: tasks replaced within the limits of the deployment, failures counted, and the way back.

AWS starts new tasks beside the old ones as far as `maximumPercent` lets it, and stops old ones as far as
`minimumHealthyPercent` does. A deployment whose tasks keep failing is given up by the circuit breaker, and with
`rollback` the last completed deployment returns: to Terraform that looks like a steady service.
Alarms of the deployment do the same, from its beginning until some minutes after its last task has started. An alarm
that fires already says nothing of the new tasks and is not watched.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html,
deployment-circuit-breaker.html (threshold) and deployment-alarm-failure.html there (bake time)
"""

from __future__ import annotations

import math
import threading
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow
from moto.ecs.models import Service
from moto.moto_api._internal import mock_random

from .. import clock

# How long ECS takes at least from one failed start of a service's task to the next.
SECONDS_BETWEEN_ATTEMPTS = 10


class ImageFailures:
    """How containers of an image fail: `pull`, `exit` or `unhealthy`, by a part of the image's name."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._lock = threading.Lock()

    def set(self, image: str, kind: str | None) -> None:
        if kind not in (None, *REASONS):
            raise ValueError(f"kind {kind!r} must be one of {', '.join(REASONS)}")
        with self._lock:
            self._kinds.pop(image, None)
            if kind is not None:
                self._kinds[image] = kind

    def clear(self) -> None:
        with self._lock:
            self._kinds.clear()

    def of(self, definition: Any) -> tuple[str, str] | None:
        """ECS's stop code and reason, or None for images that work."""
        with self._lock:
            for container in definition.container_definitions:
                for image, kind in self._kinds.items():
                    if image in container["image"]:
                        code, reason = REASONS[kind]
                        return code, reason.format(image=container["image"])
        return None


REASONS = {
    "pull": ("TaskFailedToStart", "CannotPullContainerError: {image}: not found"),
    "exit": ("EssentialContainerExited", "Essential container in task exited"),
    "unhealthy": ("ServiceSchedulerInitiated", "Task failed container health checks"),
}

image_failures = ImageFailures()


def limits(service: Service) -> tuple[int, int]:
    """How many tasks run at least and at most while a deployment is under way."""
    configuration = getattr(service, "deployment_configuration", None) or {}
    wanted = service.desired_count
    at_least = math.ceil(wanted * configuration.get("minimumHealthyPercent", 100) / 100)
    at_most = math.floor(wanted * configuration.get("maximumPercent", 200) / 100)
    return at_least, max(at_most, 1)


def say(service: Service, message: str) -> None:
    if not service.events or service.events[0]["message"] != message:
        service.events.insert(0, {"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": message})


def may_attempt(service: Any) -> bool:
    """Whether ECS tries to start a task now: not at once after a failure, and not after a deployment was given up."""
    primary = service.deployments[0]
    return primary.get("rolloutState") != "FAILED" and clock.now() >= getattr(service, "next_attempt", 0.0)


def _alarms(backend: Any, service: Any) -> list[Any]:
    """The alarms that may roll a deployment of the service back."""
    wish = service.deployment_configuration.get("alarms") or {}
    known = cloudwatch_backends[backend.account_id][backend.region_name].alarms
    return [known[name] for name in wish.get("alarmNames", []) if wish.get("enable") and name in known]


def watch(backend: Any, service: Any) -> None:
    """Gives a deployment up whose alarm has gone off since it began, and ends the watch when its time is over."""
    if not service.deployments or service.status != "ACTIVE":
        return
    primary = service.deployments[0]
    alarms = _alarms(backend, service)
    firing = {alarm.name for alarm in alarms if alarm.state_value == "ALARM"}
    if getattr(service, "watch", None) is None:
        # as long as the slowest alarm needs to go off; AWS does not say how long it watches
        seconds = [int(alarm.period or 60) * int(alarm.evaluation_periods or 1) for alarm in alarms]
        service.watch = {"seconds": max(seconds, default=0), "ignored": firing, "until": None}
    if primary.get("rolloutState") != "IN_PROGRESS" or "rolling back" in primary.get("rolloutStateReason", ""):
        return
    gone_off = firing - service.watch["ignored"]
    if gone_off:
        _give_up(service, f"alarm detected: {', '.join(sorted(gone_off))}", "ECS deployment alarm")


def _still_watched(service: Any) -> bool:
    watched = getattr(service, "watch", None)
    reason = service.deployments[0].get("rolloutStateReason", "")
    if not watched or not watched["seconds"] or "rolling back" in reason:
        return False
    watched["until"] = watched["until"] or clock.now() + watched["seconds"]
    return bool(clock.now() < watched["until"])


def begin(service: Any, previous: dict[str, Any]) -> None:
    """A new deployment of the service's present task definition; the one before runs on until it is replaced."""
    if previous.get("rolloutState") == "COMPLETED":
        service.last_completed = previous["taskDefinition"]
    service.previous_deployment = {**previous, "status": "ACTIVE"}
    service.next_attempt = 0.0
    service.watch = None
    service.deployments[0].update(
        id=f"ecs-svc/{mock_random.randint(0, 10**19)}",
        createdAt=utcnow(),
        taskDefinition=service.task_definition,
        failedTasks=0,
        rolloutState="IN_PROGRESS",
        rolloutStateReason="",
    )


def count_failure(service: Any, reason: str) -> None:
    """One more task that failed; at the threshold the deployment is given up, and the last completed one returns."""
    primary = service.deployments[0]
    service.next_attempt = clock.now() + SECONDS_BETWEEN_ATTEMPTS
    primary["failedTasks"] = primary.get("failedTasks", 0) + 1
    say(service, f"(service {service.name}) (deployment {primary['id']}) task failed to start: {reason}")
    breaker = service.deployment_configuration.get("deploymentCircuitBreaker") or {}
    threshold = min(max(math.ceil(service.desired_count * 0.5), 3), 200)
    if breaker.get("enable") and primary["failedTasks"] >= threshold:
        _give_up(service, "tasks failed to start", "ECS deployment circuit breaker", bool(breaker.get("rollback")))


def _give_up(service: Any, why: str, who: str, rollback: bool | None = None) -> None:
    """The last completed deployment returns, if that is wanted and there is one."""
    primary = service.deployments[0]
    failed = dict(primary)
    say(service, f"(service {service.name}) (deployment {failed['id']}) deployment failed: {why}.")
    if rollback is None:
        rollback = bool((service.deployment_configuration.get("alarms") or {}).get("rollback"))
    target = getattr(service, "last_completed", None)
    if not rollback or target is None or target == service.task_definition:
        primary.update(rolloutState="FAILED", rolloutStateReason=f"{who}: {why}.")
        return
    service.task_definition = target
    begin(service, {**failed, "rolloutState": "FAILED"})
    primary["rolloutStateReason"] = f"{who}: rolling back to deploymentId {primary['id']}."
    say(service, f"(service {service.name}) rolling back to deployment {primary['id']}.")


def report(service: Any, current: int, others: int) -> None:
    """What DescribeServices shows: the primary deployment, and the one before while tasks of it run."""
    wanted = service.desired_count if service.status == "ACTIVE" else 0
    service.running_count = current + others
    service.pending_count = max(wanted - current, 0)
    if not service.deployments:
        return
    primary = service.deployments[0]
    steady = current == wanted and others == 0
    baked = steady and not _still_watched(service)
    before = primary.get("rolloutState")
    primary.update(
        status="PRIMARY",
        runningCount=current,
        pendingCount=max(wanted - current, 0),
        desiredCount=wanted,
        taskDefinition=service.task_definition,
    )
    if before != "FAILED":
        primary["rolloutState"] = "COMPLETED" if baked else "IN_PROGRESS"
        if "rolling back" not in primary.get("rolloutStateReason", ""):
            state = "completed" if baked else "in progress"
            primary["rolloutStateReason"] = f"ECS deployment {primary['id']} {state}."
    previous = getattr(service, "previous_deployment", None)
    service.deployments = [primary]
    if others and previous is not None:
        service.deployments.append({**previous, "runningCount": others, "desiredCount": others, "pendingCount": 0})
    if baked and wanted:
        service.last_completed = service.task_definition
        if before != "COMPLETED":
            say(service, f"(service {service.name}) has reached a steady state.")
