"""RDS: parameters that a user set are marked as such, by which the AWS provider tells them from AWS's defaults, unless
their value is the family's own; a major version alone becomes its newest minor one, which rises by itself later; an
instance says whether it has Performance Insights, and has a resource id of its own, by which the provider finds it; a subnet group whose subnets are changed is still there.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html,
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html (Source: user, system,
engine-default)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from string import ascii_uppercase, digits
from typing import Any

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.rds.models import DBInstance, DBParameterGroup, DBSubnetGroup, RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

from ..extend import mends


# Values that a family of PostgreSQL has by itself; RDS answers them as its own, whatever a user sets.
# Source: hashicorp/terraform-provider-aws#39252 (postgres16), #44280; Amazon RDS User Guide, "Using SSL with a
# PostgreSQL DB instance" (rds.force_ssl is 1 from PostgreSQL 15 on)
FAMILY_VALUES = {"rds.force_ssl": ("1", 15)}

# The minor version that a major one alone stands for.
NEWEST_MINOR = 4

# What a major version alone looks like.
MAJOR = {"postgres": r"\d+", "mysql": r"\d+\.\d+"}


def _own_value(family: str, name: str, value: str) -> bool:
    found = re.fullmatch(r"postgres(\d+)", family)
    own, since = FAMILY_VALUES.get(name, ("", 0))
    return found is not None and int(found[1]) >= since and value == own


@mends(DBParameterGroup)
def update_parameters(
    original: Callable[..., None], group: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]
) -> None:
    def answered(each: dict[str, Any]) -> dict[str, Any]:
        if _own_value(group.family, each["ParameterName"], each.get("ParameterValue", "")):
            return {"IsModifiable": True, **each, "Source": "system", "ApplyMethod": "pending-reboot"}
        return {"Source": "user", "IsModifiable": True, **each}

    original(group, [answered(each) for each in new_parameters])


def raise_minor_version(identifier: str) -> str:
    """What the maintenance window does to an instance of a major version alone. Returns the new version."""
    database = _find(identifier)
    major, _, minor = database.engine_version.rpartition(".")
    database.engine_version = f"{major}.{int(minor) + 1}"
    return str(database.engine_version)


@mends(RDSResponse)
def describe_db_parameters(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    source = response.params.get("Source")
    if source:
        found = [each for each in answer.result["Parameters"] if each.get("Source") == source]
        return ActionResult({"Parameters": found})
    return answer


@mends(RDSBackend)
def create_db_instance(
    original: Callable[..., DBInstance], backend: RDSBackend, db_kwargs: dict[str, Any]
) -> DBInstance:
    database: Any = _with_insights(original(backend, db_kwargs), db_kwargs)
    if re.fullmatch(MAJOR.get(str(database.engine), "$^"), str(database.engine_version)):
        database.engine_version = f"{database.engine_version}.{NEWEST_MINOR}"
    database.dbi_resource_id = "db-" + "".join(mock_random.choices(ascii_uppercase + digits, k=26))
    return database


@mends(RDSBackend)
def modify_db_instance(
    original: Callable[..., DBInstance], backend: RDSBackend, db_instance_identifier: str, db_kwargs: dict[str, Any]
) -> DBInstance:
    wishes = dict(db_kwargs)
    return _with_insights(original(backend, db_instance_identifier, db_kwargs), wishes)


@mends(RDSBackend)
def modify_db_subnet_group(
    original: Callable[..., DBSubnetGroup], backend: RDSBackend, subnet_name: str, description: str, subnets: list[Any]
) -> DBSubnetGroup:
    group = original(backend, subnet_name, description, subnets)
    backend.subnet_groups[subnet_name] = group
    return group


def _with_insights(database: Any, wishes: dict[str, Any]) -> DBInstance:
    if "enable_performance_insights" in wishes:
        database.performance_insights_enabled = wishes["enable_performance_insights"]
    if getattr(database, "performance_insights_enabled", False):
        database.performance_insights_retention_period = wishes.get("performance_insights_retention_period") or 7
        if "performance_insights_kms_key_id" in wishes:
            database.performance_insights_kms_key_id = wishes["performance_insights_kms_key_id"]
    return database


def password_hash(identifier: str) -> str:
    """SHA-256 of the master password that an instance of any account was given last."""
    return hashlib.sha256((_find(identifier)._master_user_password or "").encode()).hexdigest()


def _find(identifier: str) -> Any:
    for _, _, backend in rds_backends.iter_backends():
        for database in backend.databases.values():
            if database.db_instance_identifier == identifier:
                return database
    raise ValueError(f"no database {identifier}")
