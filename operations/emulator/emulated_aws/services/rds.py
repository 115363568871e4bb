"""RDS: parameters that a user set are marked as such, by which the AWS provider tells them from AWS's defaults.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html (Source: user, system,
engine-default)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.models import DBParameterGroup
from moto.rds.responses import RDSResponse

from ..extend import mends


@mends(DBParameterGroup)
def update_parameters(
    original: Callable[..., None], group: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]
) -> None:
    original(group, [{"Source": "user", "IsModifiable": True, **each} for each in new_parameters])


@mends(RDSResponse)
def describe_db_parameters(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    source = response.params.get("Source")
    if source:
        found = [each for each in answer.result["Parameters"] if each.get("Source") == source]  # type: ignore[index]
        return ActionResult({"Parameters": found})
    return answer
