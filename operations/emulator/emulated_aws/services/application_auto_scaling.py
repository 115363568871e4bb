"""Application Auto Scaling: tags of scalable targets, which the AWS provider reads after every change; and its activities,
of which there are none, since no metric moves.

Sources: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html,
API_TagResource.html and API_UntagResource.html there; tags may also come with API_RegisterScalableTarget.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeScalableTarget
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Responses
from moto.core.responses import ActionResult, EmptyResult

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
    return answer


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
    return ActionResult({"ScalingActivities": []})
