"""EC2: every security group rule keeps its description; moto shows those of address ranges only.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from ..extend import replaces


@replaces(SecurityGroupRule, "__init__")
def remember_prefix_list(original: Callable[..., None], rule: SecurityGroupRule, *args: Any, **kwargs: Any) -> None:
    original(rule, *args, **kwargs)
    # the eighth of moto's parameters
    rule.prefix_list = (args[7] if len(args) > 7 else kwargs.get("prefix_list_id")) or {}  # type: ignore[attr-defined]


def _description(rule: SecurityGroupRule) -> str | None:
    """Given along with what the rule refers to; a change of it is kept with the range in any case."""
    for target in (rule.ip_range, rule.source_group, rule.prefix_list):  # type: ignore[attr-defined]
        if target.get("Description"):
            return target["Description"]
    return None


SecurityGroupRule.description = property(_description)  # type: ignore[assignment]
