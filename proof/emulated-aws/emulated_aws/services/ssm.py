"""Systems Manager: the public parameters of AWS for Fluent Bit, which moto does not have, and newer AMIs for ECS.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-using-fluentbit.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from moto.moto_api._internal import mock_random
from moto.ssm.models import Parameter, ParameterDict, ssm_backends

from ..extend import replaces

PREFIX = "/aws/service/aws-for-fluent-bit/"
PUBLISHER = "906394416424"
STABLE = "2.32.5"


@replaces(ParameterDict)
def _check_loading_status(original: Callable[..., None], parameters: ParameterDict, key: str) -> None:
    original(parameters, key)
    if not str(key or "").startswith(PREFIX) or getattr(parameters, "fluent_bit_loaded", False):
        return
    parameters.fluent_bit_loaded = True  # type: ignore[attr-defined]
    for name, tag in (("stable", STABLE), ("latest", STABLE), (STABLE, STABLE)):
        image = f"{PUBLISHER}.dkr.ecr.{parameters.region_name}.amazonaws.com/aws-for-fluent-bit:{tag}"
        _add(parameters, PREFIX + name, image, 1)


def _add(parameters: ParameterDict, name: str, value: str, version: int) -> None:
    parameters[name].append(
        Parameter(
            account_id=parameters.account_id,
            name=name,
            value=value,
            parameter_type="String",
            description=None,
            allowed_pattern=None,
            keyid=None,
            last_modified_date=0,
            version=version,
            data_type="text",
        )
    )


# Amazon Linux 2023 with kernel 6.1, for x86_64 and for arm64.
ECS_IMAGES = ("/aws/service/ecs/optimized-ami/amazon-linux-2023/", "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/")


def publish_image(account: str, region: str) -> str:
    """A release of the ECS-optimized AMI, a week after the newest; the earlier ones keep their parameters. Its version."""
    parameters = ssm_backends[account][region]._parameters
    version = ""
    for folder in ECS_IMAGES:
        newest = parameters[f"{folder}recommended"][-1].value
        facts = dict(json.loads(newest) if isinstance(newest, str) else newest)
        before = str(facts["image_version"])
        released = datetime.strptime(before.rsplit(".", 1)[-1], "%Y%m%d") + timedelta(days=7)
        version = f"{before.rsplit('.', 1)[0]}.{released:%Y%m%d}"
        name = str(facts["image_name"]).replace(before, version)
        changed = {"image_id": f"ami-{mock_random.get_random_hex(17)}", "image_name": name, "image_version": version}
        facts.update(changed)
        for place in ("recommended", name):
            number = len(parameters[f"{folder}{place}"]) + 1
            _add(parameters, f"{folder}{place}", json.dumps(facts), number)
            for key, value in facts.items():
                if place == name or key in changed:
                    _add(parameters, f"{folder}{place}/{key}", str(value), len(parameters[f"{folder}{place}/{key}"]) + 1)
    return version
