"""EFS: the backup policy of a file system, the end of its resource policy, and descriptions as the API has them.

moto knows a backup policy only as a property of CreateFileSystem, can't delete a file system's resource policy, and
adds what other calls answer to its descriptions.
Sources: https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html, API_DescribeBackupPolicy.html,
API_DeleteFileSystemPolicy.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.efs.exceptions import FileSystemNotFound
from moto.efs.models import EFSBackend, FileSystem, MountTarget
from moto.efs.responses import EFSResponse

from ..extend import adds, replaces


def _file_system(backend: EFSBackend, file_system_id: str) -> Any:
    file_system = backend.file_systems_by_id.get(file_system_id)
    if file_system is None:
        raise FileSystemNotFound(file_system_id)
    return file_system


@adds(EFSResponse)
def put_backup_policy(response: Any) -> ActionResult:
    file_system = _file_system(response.efs_backend, response._get_param("FileSystemId"))
    wish = dict(response._get_param("BackupPolicy"))
    file_system._put_backup_policy = wish
    return ActionResult({"BackupPolicy": wish})


@replaces(EFSBackend)
def describe_backup_policy(
    original: Callable[..., dict[str, str]], backend: EFSBackend, file_system_id: str
) -> dict[str, str]:
    file_system = _file_system(backend, file_system_id)
    policy: dict[str, str] | None = getattr(file_system, "_put_backup_policy", None)
    return policy or original(backend, file_system_id)


@adds(EFSResponse)
def delete_file_system_policy(response: Any) -> ActionResult:
    _file_system(response.efs_backend, response._get_param("FileSystemId")).file_system_policy = None
    return EmptyResult()


@replaces(FileSystem, "info_json")
def describe(original: Callable[..., dict[str, Any]], file_system: FileSystem) -> dict[str, Any]:
    description = original(file_system)
    return {name: description[name] for name in description if name not in ("FileSystemPolicy", "LifecyclePolicies")}


@replaces(MountTarget, "info_json")
def describe_target(original: Callable[..., dict[str, Any]], target: MountTarget) -> dict[str, Any]:
    """Its security groups are what DescribeMountTargetSecurityGroups answers."""
    return {name: value for name, value in original(target).items() if name != "SecurityGroups"}


@replaces(EFSResponse)
def delete_access_point(original: Callable[..., tuple[str, dict[str, Any]]], response: Any) -> Any:
    body, headers = original(response)
    return body, {**headers, "status": 204}
