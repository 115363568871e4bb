"""ECS capacity: instances join the cluster that their user data names, and managed scaling adds instances for tasks.

moto registers no container instance by itself and gives each the same size.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html (ECS_CLUSTER),
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html,
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import ECSException
from moto.ecs.models import Cluster, ContainerInstance, EC2ContainerServiceBackend, TaskDefinition

from ..extend import replaces
from .ecs_agents import cluster_of, why_not_joining, why_not_reporting
from .ecs_tasks import PlacedTask, capacity_of, fits, needs_of, running_tasks, zone_of

def register_instances(backend: EC2ContainerServiceBackend) -> None:
    """Running instances that name an active cluster are in it once their agent can join; those that are gone are not."""
    present = {
        instance.ec2_instance_id: (name, key)
        for name, instances in list(backend.container_instances.items())
        for key, instance in list(instances.items())
    }
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    running = {instance.id: instance for instance in ec2.all_instances() if instance.is_running()}
    for instance_id, (cluster_name, key) in present.items():
        if instance_id not in running:
            backend.container_instances[cluster_name].pop(key, None)
    for instance_id, instance in running.items():
        if instance_id in present:
            name, key = present[instance_id]
            container_instance = backend.container_instances[name][key]
            container_instance.agent_connected = is_connected(container_instance)
            continue
        cluster = backend.clusters.get(cluster_of(instance) or "")
        if cluster is not None and cluster.status == "ACTIVE" and why_not_joining(ec2, instance) is None:
            backend.register_container_instance(cluster.name, instance_id)
    for cluster in list(backend.clusters.values()):
        _count(backend, cluster)


def is_connected(instance: ContainerInstance) -> bool:
    """Whether ECS hears from the instance's agent."""
    backend = instance._backend
    return why_not_reporting(backend.account_id, backend.region_name, instance.ec2_instance_id) is None


def _count(backend: EC2ContainerServiceBackend, cluster: Cluster) -> None:
    tasks = running_tasks(backend, cluster.name)
    instances = list(backend.container_instances.get(cluster.name, {}).values())
    cluster.registered_container_instances_count = len(instances)
    cluster.running_tasks_count = len(tasks)
    services = [each for each in backend.services.values() if each.cluster_name == cluster.name]
    cluster.active_services_count = sum(service.status == "ACTIVE" for service in services)
    cluster.pending_tasks_count = sum(service.pending_count for service in services)
    for instance in instances:
        instance.capacity_provider_name = provider_of(backend, cluster, instance)
        here = [task for task in tasks if task.container_instance is instance]
        instance.running_tasks_count = len(here)
        capacity = capacity_of(instance)
        for resource in ("CPU", "MEMORY"):
            used = sum(needs_of(task.definition)[resource] for task in here)
            _set(instance.registered_resources, resource, capacity[resource])
            _set(instance.remaining_resources, resource, capacity[resource] - used)


def _set(resources: list[dict[str, Any]], name: str, value: int) -> None:
    for resource in resources:
        if resource["name"] == name:
            resource["integerValue"] = value


def group_of_provider(backend: EC2ContainerServiceBackend, provider_name: str) -> Any:
    """The Auto Scaling group behind a capacity provider, or None."""
    provider = backend.capacity_providers.get(provider_name)
    if provider is None:
        return None
    arn = provider.auto_scaling_group_provider["autoScalingGroupArn"]
    groups = autoscaling_backends[backend.account_id][backend.region_name].autoscaling_groups
    return next((group for group in groups.values() if group.arn == arn), None)


def provider_of(
    backend: EC2ContainerServiceBackend, cluster: Cluster, instance: ContainerInstance
) -> str | None:
    """The cluster's capacity provider whose group launched the instance."""
    for name in cluster.capacity_providers or []:
        group = group_of_provider(backend, name)
        if group and any(state.instance.id == instance.ec2_instance_id for state in group.instance_states):
            return str(name)
    return None


def find_instance(
    backend: EC2ContainerServiceBackend,
    cluster: Cluster,
    definition: TaskDefinition,
    provider_name: str | None,
    subnet_ids: list[str],
    group: str,
) -> ContainerInstance | None:
    """The instance for one more task, spread over zones, then over instances; scales the group out if none has room."""
    while True:
        tasks = running_tasks(backend, cluster.name)
        possible = [
            instance
            for instance in _instances(backend, cluster, provider_name, subnet_ids)
            if fits(instance, definition, tasks)
        ]
        if possible:
            siblings = [task for task in tasks if task.group == group and task.container_instance is not None]
            in_zone = Counter(zone_of(task.container_instance) for task in siblings if task.container_instance)
            on_instance = Counter(id(task.container_instance) for task in siblings)
            return min(possible, key=lambda each: (in_zone[zone_of(each)], on_instance[id(each)]))
        if provider_name is None or not _scale_out(backend, provider_name):
            return None


def _instances(
    backend: EC2ContainerServiceBackend, cluster: Cluster, provider_name: str | None, subnet_ids: list[str]
) -> list[ContainerInstance]:
    """The active instances of the provider's group, in zones that the task's subnets reach."""
    instances = [
        instance
        for instance in list(backend.container_instances.get(cluster.name, {}).values())
        if instance.status == "ACTIVE" and instance.agent_connected
    ]
    if provider_name is not None:
        group = group_of_provider(backend, provider_name)
        members = {state.instance.id for state in group.instance_states} if group else set()
        instances = [instance for instance in instances if instance.ec2_instance_id in members]
    if subnet_ids:
        ec2 = ec2_backends[backend.account_id][backend.region_name]
        zones = {ec2.get_subnet(subnet_id).availability_zone for subnet_id in subnet_ids}
        instances = [instance for instance in instances if zone_of(instance) in zones]
    return instances


def _scale_out(backend: EC2ContainerServiceBackend, provider_name: str) -> bool:
    """One instance more, if managed scaling may; false when that brought no further instance into the cluster."""
    group = group_of_provider(backend, provider_name)
    if group is None:
        return False
    scaling = backend.capacity_providers[provider_name].auto_scaling_group_provider["managedScaling"]
    if scaling["status"] != "ENABLED" or (group.desired_capacity or 0) >= group.max_size:
        return False
    before = sum(len(instances) for instances in backend.container_instances.values())
    group.set_desired_capacity((group.desired_capacity or 0) + 1)
    register_instances(backend)
    return sum(len(instances) for instances in backend.container_instances.values()) > before


@replaces(EC2ContainerServiceBackend)
def delete_cluster(original: Callable[..., Cluster], backend: EC2ContainerServiceBackend, cluster_str: str) -> Cluster:
    """Refused while anything is in it."""
    cluster = backend._get_cluster(cluster_str)
    for code, what, count in (
        ("ClusterContainsServicesException", "Services are active", cluster.active_services_count),
        (
            "ClusterContainsContainerInstancesException",
            "Container Instances are active or draining",
            cluster.registered_container_instances_count,
        ),
        ("ClusterContainsTasksException", "Tasks are active", cluster.running_tasks_count),
    ):
        if count:
            raise ECSException(code, f"The Cluster cannot be deleted while {what}.")
    backend.tasks.pop(cluster.name, None)
    backend.container_instances.pop(cluster.name, None)
    return original(backend, cluster_str)


@replaces(EC2ContainerServiceBackend)
def put_cluster_capacity_providers(
    original: Callable[..., Cluster],
    backend: EC2ContainerServiceBackend,
    cluster_name: str,
    capacity_providers: list[str] | None,
    default_capacity_provider_strategy: list[dict[str, Any]] | None,
) -> Cluster:
    """A provider that a service uses can't leave the cluster."""
    cluster = backend._get_cluster(cluster_name)
    for service in backend.services.values():
        if service.cluster_name == cluster.name and service.status == "ACTIVE":
            for item in getattr(service, "capacity_provider_strategy", None) or []:
                if item["capacityProvider"] not in (capacity_providers or []):
                    raise ECSException(
                        "ResourceInUseException", "The specified capacity provider is in use and cannot be removed."
                    )
    return original(backend, cluster_name, capacity_providers, default_capacity_provider_strategy)


def stop_tasks_without_instance(backend: EC2ContainerServiceBackend) -> list[PlacedTask]:
    """Stops the tasks whose instance has left the cluster, and returns them."""
    present = {id(instance) for instances in backend.container_instances.values() for instance in instances.values()}
    stopped = []
    for task in running_tasks(backend):
        if task.container_instance is not None and id(task.container_instance) not in present:
            task.stop("TerminationNotice", "Host EC2 instance terminated.")
            stopped.append(task)
    return stopped
