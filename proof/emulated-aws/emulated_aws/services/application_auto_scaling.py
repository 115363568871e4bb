"""Application Auto Scaling: tags of scalable targets, which the AWS provider reads after every change; and its activities:
a service is brought within its bounds. No metric moves, so nothing else scales. A target without a role of its own has
the service-linked one.

Sources: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html (with the words
of an activity, "minimum capacity was set to"), API_ListTagsForResource.html,
API_TagResource.html and API_UntagResource.html there; tags may also come with API_RegisterScalableTarget.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeScalableTarget
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Responses
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from ..extend import ApiError, adds, mends


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


@mends(Responses)
def register_scalable_target(original: Callable[..., str], response: Any) -> str:
    answer = original(response)
    target = response.applicationautoscaling_backend.targets[response._get_param("ScalableDimension")][
        response._get_param("ResourceId")
    ]
    _tags_of(target).update(response._get_param("Tags") or {})
    _bring_within_bounds(target)
    return answer


def _bring_within_bounds(target: FakeScalableTarget) -> None:
    if target.service_namespace != "ecs":
        return
    _, cluster, name = target.resource_id.split("/")
    found, _ = target.applicationautoscaling_backend.ecs_backend.describe_services(cluster, [name])
    for service in found:
        for bound, capacity, outside in (
            ("minimum", target.min_capacity, service.desired_count < target.min_capacity),
            ("maximum", target.max_capacity, service.desired_count > target.max_capacity),
        ):
            if outside:
                service.desired_count = capacity
                _activities_of(target).insert(0, _activity(target, bound, capacity))


def _activity(target: FakeScalableTarget, bound: str, capacity: int) -> dict[str, Any]:
    now = utcnow()
    return {
        "ActivityId": str(mock_random.uuid4()),
        "ServiceNamespace": target.service_namespace,
        "ResourceId": target.resource_id,
        "ScalableDimension": target.scalable_dimension,
        "Description": f"Setting desired count to {capacity}.",
        "Cause": f"{bound} capacity was set to {capacity}",
        "StartTime": now,
        "EndTime": now,
        "StatusCode": "Successful",
        "StatusMessage": f"Successfully set desired count to {capacity}. Change successfully fulfilled by ecs.",
    }


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


@mends(FakeScalableTarget, "__init__")
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
