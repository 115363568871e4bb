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
from moto.rds.models import (
    DBCluster,
    DBClusterParameterGroup,
    DBInstance,
    DBInstanceClustered,
    DBParameterGroup,
    DBSubnetGroup,
    RDSBackend,
    rds_backends,
)
from moto.rds.responses import RDSResponse

from ..extend import replaces


# Values that a family of PostgreSQL has by itself; RDS answers them as its own, whatever a user sets.
# Source: hashicorp/terraform-provider-aws#39252 (postgres16), #44280; Amazon RDS User Guide, "Using SSL with a
# PostgreSQL DB instance" (rds.force_ssl is 1 from PostgreSQL 15 on)
FAMILY_VALUES = {"rds.force_ssl": ("1", 15)}

# Source: Amazon Aurora User Guide, "Securing Aurora PostgreSQL data with SSL/TLS" (1 from 17 on)
AURORA_VALUES = {"rds.force_ssl": ("1", 17)}

# The minor version that a major one alone stands for.
NEWEST_MINOR = 4

# What a major version alone looks like.
MAJOR = {"postgres": r"\d+", "mysql": r"\d+\.\d+", "aurora-postgresql": r"\d+", "aurora-mysql": r"\d+\.\d+"}

# A minor version of Aurora MySQL. Source: Amazon Aurora User Guide, "Aurora MySQL version numbers and special versions"
AURORA_MYSQL_MINOR = f"mysql_aurora.3.08.{NEWEST_MINOR}"


def _own_value(family: str, name: str, value: str) -> bool:
    found = re.fullmatch(r"(?:aurora-)?postgres(?:ql)?(\d+)", family)
    own, since = (AURORA_VALUES if family.startswith("aurora-") else FAMILY_VALUES).get(name, ("", 0))
    return found is not None and int(found[1]) >= since and value == own


@replaces(DBParameterGroup)
def update_parameters(
    original: Callable[..., None], group: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]
) -> None:
    original(group, [_answered(group.family, each) for each in new_parameters])


@replaces(DBClusterParameterGroup)
def update_cluster_parameters(
    original: Callable[..., None], group: DBClusterParameterGroup, new_parameters: Iterable[dict[str, Any]]
) -> None:
    original(group, [_answered(group.db_parameter_group_family, each) for each in new_parameters])


def _answered(family: str, each: dict[str, Any]) -> dict[str, Any]:
    if _own_value(family, each["ParameterName"], each.get("ParameterValue", "")):
        return {"IsModifiable": True, **each, "Source": "system", "ApplyMethod": "pending-reboot"}
    return {"Source": "user", "IsModifiable": True, **each}


def raise_minor_version(identifier: str) -> str:
    """What the maintenance window does to an instance of a major version alone. Returns the new version."""
    database = _find(identifier)
    major, _, minor = database.engine_version.rpartition(".")
    database.engine_version = f"{major}.{int(minor) + 1}"
    return str(database.engine_version)


@replaces(RDSResponse)
def describe_db_parameters(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    return _of_source(original(response), response)


@replaces(RDSResponse)
def describe_db_cluster_parameters(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    return _of_source(original(response), response)


def _of_source(answer: ActionResult, response: Any) -> ActionResult:
    source = response.params.get("Source")
    if not source:
        return answer
    return ActionResult({"Parameters": [each for each in answer.result["Parameters"] if each.get("Source") == source]})


_scaling_of_serverless_v1 = DBCluster.scaling_configuration_info.fget


def _scaling_configuration_info(cluster: Any) -> dict[str, Any] | None:
    """Clusters of Serverless v2 have none. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html"""
    return _scaling_of_serverless_v1(cluster) if cluster.scaling_configuration else None


DBCluster.scaling_configuration_info = property(_scaling_configuration_info)  # type: ignore[assignment]


@replaces(RDSBackend)
def create_db_cluster(original: Callable[..., DBCluster], backend: RDSBackend, kwargs: dict[str, Any]) -> DBCluster:
    cluster: Any = original(backend, kwargs)
    cluster.engine_version = _newest(str(cluster.engine), str(cluster.engine_version))
    if str(cluster.engine).startswith("aurora"):
        # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (StorageType)
        cluster.storage_type = kwargs.get("storage_type") or "aurora"
    return cluster


def _newest(engine: str, version: str) -> str:
    if not re.fullmatch(MAJOR.get(engine, "$^"), version):
        return version
    return f"{version}.{AURORA_MYSQL_MINOR if engine == 'aurora-mysql' else NEWEST_MINOR}"


@replaces(RDSBackend)
def create_db_instance(
    original: Callable[..., DBInstance], backend: RDSBackend, db_kwargs: dict[str, Any]
) -> DBInstance:
    database: Any = _with_insights(original(backend, db_kwargs), db_kwargs)
    if not isinstance(database, DBInstanceClustered):
        database.engine_version = _newest(str(database.engine), str(database.engine_version))
    database.dbi_resource_id = "db-" + "".join(mock_random.choices(ascii_uppercase + digits, k=26))
    return database


@replaces(RDSBackend)
def modify_db_instance(
    original: Callable[..., DBInstance], backend: RDSBackend, db_instance_identifier: str, db_kwargs: dict[str, Any]
) -> DBInstance:
    wishes = dict(db_kwargs)
    return _with_insights(original(backend, db_instance_identifier, db_kwargs), wishes)


@replaces(RDSBackend)
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
