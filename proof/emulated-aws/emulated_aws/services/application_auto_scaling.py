"""Application Auto Scaling: tags of scalable targets, which the AWS provider reads after every change; and its activities:
a service is brought within its bounds. A target without a role of its own has the service-linked one. The alarms of a
policy are about its own metric; moto's are about the processor.

Sources: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html (with the words
of an activity, "minimum capacity was set to"), API_ListTagsForResource.html,
API_TagResource.html and API_UntagResource.html there; tags may also come with API_RegisterScalableTarget.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    FakeApplicationAutoscalingPolicy,
    FakeScalableTarget,
)
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Responses
from moto.cloudwatch.models import Alarm, Dimension, Metric, MetricDataQuery, MetricStat, cloudwatch_backends
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from ..extend import ApiError, adds, replaces


def _tags(backend: ApplicationAutoscalingBackend, arn: str) -> dict[str, str]:
    """The tags of the scalable target, kept with it so that they go when it goes."""
    for targets in backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return _tags_of(target)
    raise ApiError("ResourceNotFoundException", f"No scalable target found for ARN: {arn}")


def _tags_of(target: FakeScalableTarget) -> dict[str, str]:
    tags: dict[str, str] = target.__dict__.setdefault("tags", {})
    return tags


@replaces(Responses)
def register_scalable_target(original: Callable[..., str], response: Any) -> str:
    answer = original(response)
    target = response.applicationautoscaling_backend.targets[response._get_param("ScalableDimension")][
        response._get_param("ResourceId")
    ]
    _tags_of(target).update(response._get_param("Tags") or {})
    _bring_within_bounds(target)
    return answer


def service_of(target: FakeScalableTarget) -> Any:
    """The ECS service that a target scales, or None."""
    if target.service_namespace != "ecs":
        return None
    _, cluster, name = target.resource_id.split("/")
    found, _ = target.applicationautoscaling_backend.ecs_backend.describe_services(cluster, [name])
    return found[0] if found else None


def _bring_within_bounds(target: FakeScalableTarget) -> None:
    service = service_of(target)
    if service is None:
        return
    for bound, capacity, outside in (
        ("minimum", target.min_capacity, service.desired_count < target.min_capacity),
        ("maximum", target.max_capacity, service.desired_count > target.max_capacity),
    ):
        if outside:
            service.desired_count = capacity
            record_activity(target, capacity, f"{bound} capacity was set to {capacity}")


def record_activity(target: FakeScalableTarget, capacity: int, cause: str) -> None:
    """What DescribeScalingActivities tells of a change."""
    now = utcnow()
    activity = {
        "ActivityId": str(mock_random.uuid4()),
        "ServiceNamespace": target.service_namespace,
        "ResourceId": target.resource_id,
        "ScalableDimension": target.scalable_dimension,
        "Description": f"Setting desired count to {capacity}.",
        "Cause": cause,
        "StartTime": now,
        "EndTime": now,
        "StatusCode": "Successful",
        "StatusMessage": f"Successfully set desired count to {capacity}. Change successfully fulfilled by ecs.",
    }
    _activities_of(target).insert(0, activity)


def _activities_of(target: FakeScalableTarget) -> list[dict[str, Any]]:
    activities: list[dict[str, Any]] = target.__dict__.setdefault("activities", [])
    return activities


@adds(Responses)
def list_tags_for_resource(response: Any) -> ActionResult:
    tags = _tags(response.applicationautoscaling_backend, response._get_param("ResourceARN"))
    return ActionResult({"Tags": dict(tags)})


@adds(Responses)
def tag_resource(response: Any) -> ActionResult:
    tags = _tags(response.applicationautoscaling_backend, response._get_param("ResourceARN"))
    tags.update(response._get_param("Tags"))
    return EmptyResult()


@adds(Responses)
def untag_resource(response: Any) -> ActionResult:
    tags = _tags(response.applicationautoscaling_backend, response._get_param("ResourceARN"))
    for key in response._get_param("TagKeys"):
        tags.pop(key, None)
    return EmptyResult()


@adds(Responses)
def describe_scaling_activities(response: Any) -> ActionResult:
    """The newest first."""
    resource_id = response._get_param("ResourceId")
    targets = response.applicationautoscaling_backend.targets.values()
    found = [target for named in targets for target in named.values() if resource_id in (None, target.resource_id)]
    return ActionResult({"ScalingActivities": [each for target in found for each in _activities_of(target)]})


@replaces(FakeScalableTarget, "__init__")
def with_role(
    original: Callable[..., None],
    target: FakeScalableTarget,
    backend: ApplicationAutoscalingBackend,
    service_namespace: str,
    *rest: Any,
    **options: Any,
) -> None:
    original(target, backend, service_namespace, *rest, **options)
    if not target.role_arn:
        service = f"{service_namespace}.application-autoscaling.amazonaws.com"
        role = f"AWSServiceRoleForApplicationAutoScaling_{service_namespace.upper()}Service"
        target.role_arn = f"arn:aws:iam::{backend.account_id}:role/aws-service-role/{service}/{role}"


# --- policies ------------------------------------------------------------------------------------------------------


@replaces(ApplicationAutoscalingBackend)
def put_scaling_policy(
    original: Callable[..., FakeApplicationAutoscalingPolicy], backend: ApplicationAutoscalingBackend, *rest: Any, **options: Any
) -> FakeApplicationAutoscalingPolicy:
    """A policy that is changed keeps its ARN, and its former alarms go."""
    before = dict(backend.policies)
    policy = original(backend, *rest, **options)
    for key, old in before.items():
        if backend.policies[key] is not old:
            old.delete_alarms(backend.account_id, backend.region_name)
            policy.policy_arn = old.policy_arn
            _point_at(policy)
    return policy


def _point_at(policy: FakeApplicationAutoscalingPolicy) -> None:
    for alarm in policy.alarms:
        alarm.alarm_actions = [f"{policy.policy_arn}:createdBy/{mock_random.uuid4()}"]


@replaces(FakeApplicationAutoscalingPolicy)
def _generate_ecs_alarms(original: Callable[..., Any], policy: FakeApplicationAutoscalingPolicy) -> list[Alarm]:
    """One that adds tasks, and one that takes some away."""
    configuration = policy.target_tracking_scaling_policy_configuration or {}
    target = float(configuration["TargetValue"])
    watch = cloudwatch_backends[policy.account_id][policy.region_name]
    return [
        watch.put_metric_alarm(
            name=f"TargetTracking-{policy.resource_id}-{name}-{mock_random.uuid4()}",
            comparison_operator=comparison,
            evaluation_periods=periods,
            threshold=threshold,
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.policy_arn}.",
            alarm_actions=[f"{policy.policy_arn}:createdBy/{mock_random.uuid4()}"],
            **_metric_of(configuration, policy.resource_id),
        )
        for name, comparison, periods, threshold in (
            ("AlarmHigh", "GreaterThanThreshold", 3, target),
            ("AlarmLow", "LessThanThreshold", 15, target * 0.9),
        )
    ]


# Namespace, name and statistic. Source: API_PredefinedMetricSpecification, with the metrics of Amazon ECS and of ALBs.
PREDEFINED = {
    "ECSServiceAverageCPUUtilization": ("AWS/ECS", "CPUUtilization", "Average"),
    "ECSServiceAverageMemoryUtilization": ("AWS/ECS", "MemoryUtilization", "Average"),
    "ALBRequestCountPerTarget": ("AWS/ApplicationELB", "RequestCountPerTarget", "Sum"),
}


def _metric_of(configuration: dict[str, Any], resource_id: str) -> dict[str, Any]:
    """What an alarm of the policy looks at, as PutMetricAlarm takes it."""
    custom = configuration.get("CustomizedMetricSpecification") or {}
    if custom.get("Metrics"):
        queries = [_query(each) for each in custom["Metrics"]]
        return {**_single(None, None, None, []), "period": None, "metric_data_queries": queries}
    if custom:
        return _single(custom["Namespace"], custom["MetricName"], custom["Statistic"], custom.get("Dimensions", []))
    predefined = configuration["PredefinedMetricSpecification"]
    namespace, name, statistic = PREDEFINED[predefined["PredefinedMetricType"]]
    if predefined.get("ResourceLabel"):
        balancer, _, group = predefined["ResourceLabel"].partition("/targetgroup/")
        dimensions = {"LoadBalancer": balancer, "TargetGroup": f"targetgroup/{group}"}
    else:
        _, cluster, service = resource_id.split("/")
        dimensions = {"ClusterName": cluster, "ServiceName": service}
    return _single(namespace, name, statistic, [{"Name": key, "Value": value} for key, value in dimensions.items()])


def _single(namespace: Any, name: Any, statistic: Any, dimensions: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "metric_name": name,
        "statistic": statistic,
        "dimensions": dimensions,
        "period": 60,
        "metric_data_queries": [],
    }


def _query(wish: dict[str, Any]) -> MetricDataQuery:
    stat = wish.get("MetricStat")
    metric = stat and Metric(
        stat["Metric"]["MetricName"],
        stat["Metric"]["Namespace"],
        [Dimension(each["Name"], each["Value"]) for each in stat["Metric"].get("Dimensions", [])],
    )
    return MetricDataQuery(
        query_id=wish["Id"],
        label=wish.get("Label"),
        period=None,
        return_data=wish.get("ReturnData", True),
        expression=wish.get("Expression"),
        metric_stat=metric and MetricStat(metric, 60, stat["Stat"], stat.get("Unit")),
    )
