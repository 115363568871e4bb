"""What still exists: every resource of every service, account and Region, apart from what AWS itself provides.

moto keeps resources in the attributes of its backends, as dictionaries and lists. What a backend holds right after
moto made it is AWS's own (default VPC, managed policies, AMIs, …); what came later is the user's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend

from .extend import replaces

# States in which moto keeps a resource that is gone.
GONE = {"deleted", "terminated", "shutting-down", "inactive", "stopped", "deprovisioned", "cancelled", "failed"}

# States in which AWS keeps a resource for a waiting period after its deletion.
PENDING_DELETION = {"pendingdeletion"}

# Attributes that hold no resource that a user could delete: indexes, histories, caches, tags kept beside a resource.
NO_RESOURCE: dict[str, set[str]] = {
    "*": {"tagger", "tagging_service", "tags", "_tags", "tags_by_arn"},
    # moto makes one for each public zone, and keeps tags beside the zones
    "route53": {"delegation_sets", "resource_tags"},
    # an index of the others by their class
    "rds": {"events", "resource_map"},
    "cloudwatch": {"metric_data"},
    # revisions stay active on purpose, for a roll-back; they cost nothing and hold nothing
    "ecs": {"task_definitions"},
    "sts": {"assumed_roles"},
    # tokens of listings that nobody read to their end
    "resourcegroupstaggingapi": {"_pages"},
}

# Resources, by the beginning of their names, that nobody makes: AWS's own parameters, which moto loads when it is first
# asked for one, the keys of assumed roles, which expire by themselves, RDS's default groups, and its automated snapshots,
# which nobody can delete.
NOBODYS = ("/aws/service/", "ASIA", "default.", "rds:")

DEEPEST = 4


class Remainder(NamedTuple):
    """A resource that exists: `kind` is the name under which moto keeps it, `state` what it says of itself."""

    service: str
    account: str
    region: str
    kind: str
    id: str
    state: str | None


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every thing inside nested dictionaries, lists and sets, with the keys that lead to it."""
    if len(path) > DEEPEST:
        yield path, value
    elif isinstance(value, Mapping):
        # a dictionary whose values are all plain is itself the record of a resource
        if (
            len(path) > 1
            and value
            and not any(isinstance(each, (Mapping, list, set)) or _is_object(each) for each in value.values())
        ):
            yield path, value
        else:
            for key, each in list(value.items()):
                yield from _leaves(each, (*path, str(key)))
    elif isinstance(value, (list, set, tuple)):
        for each in list(value):
            if isinstance(each, (str, int, float, bytes, bool)) or each is None:
                continue
            yield from _leaves(each, (*path, _identity(each)))
    elif len(path) > 1:
        yield path, value


def _is_object(value: Any) -> bool:
    return value is not None and type(value).__module__.startswith(("moto", "emulated_aws"))


def _identity(value: Any) -> str:
    for name in ("id", "arn", "name", "resource_id"):
        found = getattr(value, name, None)
        if isinstance(found, str):
            return found
    return hex(id(value))


def _state(value: Any) -> str | None:
    """What the resource says of itself; a reservation is what its instances are."""
    instances = getattr(value, "instances", None)
    if isinstance(instances, list) and instances:
        return "terminated" if all(getattr(each, "state", None) == "terminated" for each in instances) else "running"
    for name in ("state", "_state", "status", "key_state", "lifecycle_state", "service_state"):
        found = _member(value, name)
        found = getattr(found, "name", found)
        if isinstance(found, str):
            return found
    if _member(value, "deletion_date"):
        return "deleted"
    # a secret in its recovery window
    return "PendingDeletion" if _member(value, "deleted_date") else None


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _resources(backend: BaseBackend) -> Iterator[tuple[tuple[str, ...], Any]]:
    hidden = NO_RESOURCE["*"] | NO_RESOURCE.get(_service(backend), set())
    for attribute, value in list(vars(backend).items()):
        if attribute not in hidden and attribute != "aws_provided" and isinstance(value, (Mapping, list, set)):
            yield from _leaves(value, (attribute,))


def parts_of(backend: BaseBackend, name: str) -> list[tuple[str, ...]]:
    """Where a backend keeps the resource of a name, and whatever belongs to it."""
    return [path for path, _ in _resources(backend) if name in path]


def _service(backend: BaseBackend) -> str:
    return type(backend).__module__.split(".")[1]


@replaces(AccountSpecificBackend)
def __getitem__(original: Any, backends: AccountSpecificBackend[Any], region_name: str) -> Any:
    """Remembers what a backend holds when moto makes it."""
    backend = original(backends, region_name)
    if not hasattr(backend, "aws_provided"):
        backend.aws_provided = frozenset()
        backend.aws_provided = frozenset(path for path, _ in _resources(backend))
    return backend


def remains() -> dict[str, list[dict[str, Any]]]:
    """`exists`: resources; `pendingDeletion`: deleted ones in their waiting period (KMS keys, secrets)."""
    exists: set[Remainder] = set()
    pending: set[Remainder] = set()
    for service in list(BackendDict._instances):
        for account, region, backend in list(service.iter_backends()):
            provided = getattr(backend, "aws_provided", frozenset())
            for path, value in _resources(backend):
                state = _state(value)
                gone = (state or "").lower() in GONE
                if gone or path in provided or path[1].startswith(NOBODYS) or _member(value, "key_manager") == "AWS":
                    continue
                found = Remainder(_service(backend), account, region, path[0], "/".join(path[1:]), state)
                waiting = (state or "").lower().replace("_", "").replace(" ", "") in PENDING_DELETION
                (pending if waiting else exists).add(found)
    return {
        "exists": [found._asdict() for found in sorted(exists, key=str)],
        "pendingDeletion": [found._asdict() for found in sorted(pending, key=str)],
    }
