"""EC2 launch templates: the template's own tags stay out of its data, and every version can start instances.

moto adds the tags of the template to those that instances get (a later plan then wants to remove them), and keeps the
user data of a second version in a form that its own Auto Scaling refuses.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html (TagSpecification.N)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.responses.launch_templates import LaunchTemplates as Responses
from moto.ec2.utils import parse_user_data

from ..extend import replaces


@replaces(Responses)
def create_launch_template(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    template_id = answer.result["LaunchTemplate"]["LaunchTemplateId"]
    data = response.ec2_backend.get_launch_template(template_id).default_version().data
    kept = [each for each in data.get("TagSpecifications", []) if each["ResourceType"] != "launch-template"]
    data.pop("TagSpecifications", None)
    if kept:
        data["TagSpecifications"] = kept
    return answer


@replaces(LaunchTemplate)
def create_version(
    original: Callable[..., LaunchTemplateVersion], template: LaunchTemplate, data: dict[str, Any], description: str
) -> LaunchTemplateVersion:
    if isinstance(data.get("UserData"), str):
        data = {**data, "UserData": parse_user_data(data["UserData"])}
    return original(template, data, description)
