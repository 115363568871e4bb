"""ElastiCache: the end of a subnet group, which moto lacks.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse as Responses

from ..extend import ApiError, adds


@adds(Responses)
def delete_cache_subnet_group(response: Any) -> ActionResult:
    """Refused while a cluster is in it."""
    backend = response.elasticache_backend
    name = response._get_param("CacheSubnetGroupName")
    if name not in backend.cache_subnet_groups:
        raise ApiError("CacheSubnetGroupNotFoundFault", f"CacheSubnetGroup {name} not found.")
    users = [*backend.cache_clusters.values(), *backend.replication_groups.values()]
    if any(getattr(each, "cache_subnet_group_name", None) == name for each in users):
        raise ApiError("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")
    del backend.cache_subnet_groups[name]
    return EmptyResult()
