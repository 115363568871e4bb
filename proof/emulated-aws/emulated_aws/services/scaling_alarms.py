"""CloudWatch and Application Auto Scaling: alarms that a scaling policy acts on are evaluated each minute, and the policy acts.

Target tracking keeps a metric at its target: `AlarmHigh` is above it for three minutes, `AlarmLow` below nine tenths of it
for fifteen, as AWS makes its own alarms. The tasks that there are, multiplied by how far the metric is from the target,
are the tasks that are wanted. Of several policies the one that wants most tasks decides, and all of them have to agree on
fewer. Other alarms keep their state: nothing here publishes what they are about.
Sources: Application Auto Scaling User Guide, "How target tracking scaling for Application Auto Scaling works" (several
policies, cooldown) and "How step scaling for Application Auto Scaling works"; CloudWatch User Guide, "Alarm evaluation"
and "Configuring how CloudWatch alarms treat missing data"; how many minutes an alarm of target tracking takes is not
documented
"""

from __future__ import annotations

import logging
import math
import operator
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    FakeApplicationAutoscalingPolicy,
    FakeScalableTarget,
    applicationautoscaling_backends,
)
from moto.cloudwatch.models import Alarm, CloudWatchBackend, MetricDataQuery, cloudwatch_backends

from .. import clock
from ..metric_math import Value, evaluate
from . import published_metrics  # noqa: F401 its values come first
from .application_auto_scaling import record_activity, service_of
from .ecs_services import synchronize

log = logging.getLogger("emulated_aws")

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
    "Sum": sum,
}
# Cooldown of a policy that names none. Source: API_TargetTrackingScalingPolicyConfiguration (Amazon ECS services).
COOLDOWN = 300


def evaluate_all(minute: float) -> None:
    """Every alarm that a scaling policy acts on, for the minute that ends at `minute`."""
    for account, region, scaling in list(applicationautoscaling_backends.iter_backends()):
        watch = cloudwatch_backends[account][region]
        for policy in list(scaling.policies.values()):
            for alarm in [each for each in list(watch.alarms.values()) if _acts(policy, each)]:
                try:
                    value = _update(watch, alarm, minute)
                except ValueError as error:
                    log.error("alarm %s: %s", alarm.name, error)
                    continue
                if alarm.state_value == "ALARM" and alarm.actions_enabled and value is not None:
                    _act(scaling, policy, alarm, value)


def _acts(policy: FakeApplicationAutoscalingPolicy, alarm: Alarm) -> bool:
    return any(action.startswith(policy.policy_arn) for action in alarm.alarm_actions)


# --- alarms --------------------------------------------------------------------------------------------------------


def _update(watch: CloudWatchBackend, alarm: Alarm, minute: float) -> Value:
    """Gives an alarm the state that its last periods say, and returns the value of the newest one."""
    period, number = _period(alarm), int(alarm.evaluation_periods)
    values = [
        _value(watch, alarm, minute - (ago + 1) * period, minute - ago * period) for ago in range(number)
    ]
    state = _state(alarm, values)
    if state != alarm.state_value:
        alarm.update_state(f"{alarm.comparison_operator} {alarm.threshold} of {values}", "{}", state)
    return values[0]


def _period(alarm: Alarm) -> int:
    of_metrics = [each.period or (each.metric_stat and each.metric_stat.period) for each in alarm.metric_data_queries]
    return max([int(each) for each in (alarm.period, *of_metrics) if each], default=60)


def _state(alarm: Alarm, values: list[Value]) -> str:
    compare = COMPARISONS[alarm.comparison_operator]
    treatment = alarm.treat_missing_data or "missing"
    if all(value is None for value in values) and treatment in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if treatment == "missing" else str(alarm.state_value)
    breaching = sum(
        treatment == "breaching" if value is None else compare(value, float(alarm.threshold)) for value in values
    )
    return "ALARM" if breaching >= int(alarm.datapoints_to_alarm or alarm.evaluation_periods) else "OK"


def _value(watch: CloudWatchBackend, alarm: Alarm, begin: float, end: float) -> Value:
    def statistic(namespace: str, name: str, dimensions: Any, kind: str) -> Value:
        wanted = {each.name: each.value for each in dimensions}
        values = [
            datum.value
            for datum in watch.metric_data
            if datum.namespace == namespace
            and datum.name == name
            and begin <= _seconds(datum.timestamp) < end
            and {each.name: each.value for each in datum.dimensions} == wanted
        ]
        return STATISTICS[kind](values) if values else None

    queries: dict[str, MetricDataQuery] = {each.id: each for each in alarm.metric_data_queries}
    if not queries:
        return statistic(alarm.namespace, alarm.metric_name, alarm.dimensions, alarm.statistic)

    def value_of(name: str) -> Value:
        query = queries.get(name)
        if query is None:
            raise ValueError(f"there is no metric {name}")
        if query.expression:
            return evaluate(query.expression, value_of)
        stat = query.metric_stat
        return statistic(stat.metric.namespace, stat.metric.metric_name, stat.metric.dimensions, stat.stat)

    returned = [name for name, query in queries.items() if str(query.return_data).lower() != "false"]
    return value_of(returned[0])


def _seconds(timestamp: datetime) -> float:
    return (timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=timezone.utc)).timestamp()


# --- policies ------------------------------------------------------------------------------------------------------


def _act(
    scaling: ApplicationAutoscalingBackend, policy: FakeApplicationAutoscalingPolicy, alarm: Alarm, value: float
) -> None:
    target = scaling.targets.get(policy.scalable_dimension, {}).get(policy.resource_id)
    service = service_of(target) if target is not None else None
    if target is None or service is None:
        return
    current = int(service.desired_count)
    if policy.policy_type == "TargetTrackingScaling":
        configuration = policy.target_tracking_scaling_policy_configuration or {}
        wanted = math.ceil(current * value / float(configuration["TargetValue"]))
        if "-AlarmLow-" in alarm.name and not _all_agree(scaling, policy):
            return
        cooldowns = {"out": configuration.get("ScaleOutCooldown"), "in": configuration.get("ScaleInCooldown")}
    else:
        configuration = policy.step_scaling_policy_configuration or {}
        wanted = _stepped(configuration, current, value - float(alarm.threshold))
        cooldowns = dict.fromkeys(("out", "in"), configuration.get("Cooldown"))
    wanted = min(max(wanted, target.min_capacity), target.max_capacity)
    direction = "out" if wanted > current else "in"
    if wanted == current or _cools_down(target, direction, cooldowns[direction]):
        return
    service.desired_count = wanted
    record_activity(target, wanted, f"monitor alarm {alarm.name} in state ALARM triggered policy {policy.policy_name}")
    synchronize(scaling.ecs_backend)


def _all_agree(scaling: ApplicationAutoscalingBackend, policy: FakeApplicationAutoscalingPolicy) -> bool:
    """Whether every policy of the service that may scale it in wants fewer tasks."""
    return all(
        each.alarms[1].state_value == "ALARM"
        for each in scaling.policies.values()
        if each.resource_id == policy.resource_id
        and each.policy_type == "TargetTrackingScaling"
        and _scales_in(each)
    ) and _scales_in(policy)


def _scales_in(policy: FakeApplicationAutoscalingPolicy) -> bool:
    return not (policy.target_tracking_scaling_policy_configuration or {}).get("DisableScaleIn")


def _stepped(configuration: dict[str, Any], current: int, breach: float) -> int:
    """The tasks after the step whose interval holds the distance from the alarm's threshold."""
    for step in configuration.get("StepAdjustments", []):
        lower, upper = step.get("MetricIntervalLowerBound"), step.get("MetricIntervalUpperBound")
        if (lower is None or breach >= float(lower)) and (upper is None or breach < float(upper)):
            adjustment = int(step["ScalingAdjustment"])
            kind = configuration["AdjustmentType"]
            if kind == "ExactCapacity":
                return adjustment
            if kind == "PercentChangeInCapacity":
                adjustment = math.ceil(current * adjustment / 100)
            return current + adjustment
    return current


def _cools_down(target: FakeScalableTarget, direction: str, seconds: Any) -> bool:
    """Whether the last activity of this direction is too recent; if it is not, the next one begins now."""
    last: dict[str, float] = target.__dict__.setdefault("last_scaled", {})
    if clock.now() < last.get(direction, 0.0) + float(COOLDOWN if seconds is None else seconds):
        return True
    last[direction] = clock.now()
    return False


clock.every_minute(evaluate_all)
