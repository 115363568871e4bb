"""ECS services: as many tasks as desired, registered with their load balancers, and everything that was asked for.

moto starts no task for a service, forgets most of what a service was created with (a later plan then wants to replace
it), and lets a service use a target group or a capacity provider that AWS refuses.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, API_UpdateService.html,
API_Deployment.html and API_RunTask.html; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, get_service_model, utcnow
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Service, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse as Responses
from moto.elbv2.models import elbv2_backends

from ..extend import replaces
from . import ecs_rollouts as rollouts
from .ecs_capacity import find_instance, is_connected, register_instances, stop_tasks_without_instance
from .ecs_starts import why_not_starting
from .ecs_tasks import FARGATE_PROVIDERS, PlacedTask, planned_ends, running_tasks

_reconciling = threading.RLock()

# What moto's own constructor sets from the same parameter.
SET_BY_MOTO = {"launch_type", "network_configuration", "tags", "task_definition", "desired_count"}


@replaces(Responses)
def call_action(original: Callable[..., Any], response: Any) -> Any:
    """Each call finds its cluster as it would be in AWS a little later."""
    with _reconciling:
        synchronize(response.ecs_backend)
        return original(response)


def synchronize(backend: EC2ContainerServiceBackend) -> None:
    """Instances join or leave, tasks start or stop, targets follow."""
    with _reconciling:
        register_instances(backend)
        for task in stop_tasks_without_instance(backend):
            _deregister(backend, task)
        for service in list(backend.services.values()):
            _reconcile(backend, service)
        register_instances(backend)


# --- placement -----------------------------------------------------------------------------------------------------


def place(
    backend: EC2ContainerServiceBackend,
    cluster: Cluster,
    definition: TaskDefinition,
    launch_type: str | None,
    strategy: list[dict[str, Any]] | None,
    network: dict[str, Any] | None,
    plan: dict[str, Any] | None,
    **options: Any,
) -> PlacedTask | None:
    """Starts one task, or returns None when no instance has room for it."""
    if not launch_type and not strategy:
        strategy = cluster.default_capacity_provider_strategy
    provider = _next_provider(backend, cluster, strategy, options["group"]) if strategy else None
    instance = None
    if launch_type != "FARGATE" and provider not in FARGATE_PROVIDERS:
        subnets = network["awsvpcConfiguration"]["subnets"] if network else []
        instance = find_instance(backend, cluster, definition, provider, subnets, options["group"])
        if instance is None:
            return None
    fargate = instance is None
    failure = rollouts.image_failures.of(definition)
    task = PlacedTask(
        cluster,
        definition,
        instance,
        backend,
        network,
        plan,
        launch_type=launch_type or ("FARGATE" if fargate else "EC2"),
        capacity_provider_name=provider,
        platform_version="1.4.0" if fargate else None,
        **options,
    )
    backend.tasks.setdefault(cluster.name, {})[task.task_arn] = task
    why = why_not_starting(backend.account_id, backend.region_name, definition, instance, task.interface)
    if why is not None:
        failure = ("TaskFailedToStart", why)
    if failure is not None:
        task.fail(*failure)
    return task


def _next_provider(
    backend: EC2ContainerServiceBackend, cluster: Cluster, strategy: list[dict[str, Any]], group: str
) -> str:
    """The provider whose turn it is: first every base, then by weight."""
    counts = {item["capacityProvider"]: 0 for item in strategy}
    for task in running_tasks(backend, cluster.name):
        if task.group == group and task.capacity_provider_name in counts:
            counts[task.capacity_provider_name] += 1
    for item in strategy:
        if counts[item["capacityProvider"]] < item.get("base", 0):
            return str(item["capacityProvider"])
    weighted = [item for item in strategy if item.get("weight", 0) > 0] or strategy
    least = min(
        weighted,
        key=lambda item: (counts[item["capacityProvider"]] - item.get("base", 0) + 1) / (item.get("weight") or 1),
    )
    return str(least["capacityProvider"])


# --- a service's tasks ---------------------------------------------------------------------------------------------


def tasks_of(backend: EC2ContainerServiceBackend, service: Service) -> list[PlacedTask]:
    return [task for task in running_tasks(backend, service.cluster_name) if task.group == f"service:{service.name}"]


def _reconcile(backend: EC2ContainerServiceBackend, service: Service) -> None:
    if service.status == "ACTIVE":
        rollouts.watch(backend, service)
        _roll_out(backend, service)
    else:
        for task in tasks_of(backend, service):
            _stop(backend, task, "Scaling activity initiated by service deletion")
    tasks = tasks_of(backend, service)
    if service.status != "ACTIVE":
        # ECS waits until it has heard of the end of each task
        service.status = "DRAINING" if tasks else "INACTIVE"
    current = [task for task in tasks if _is_current(service, task)]
    rollouts.report(service, len(current), len(tasks) - len(current))


def _is_current(service: Service, task: PlacedTask) -> bool:
    return bool(service.deployments) and task.started_by == service.deployments[0]["id"]


def _roll_out(backend: EC2ContainerServiceBackend, service: Service) -> None:
    """Starts and stops tasks until all that run are those that are wanted, or nothing more can be done now."""
    if not service.deployments or not service.task_definition:
        return
    at_least, at_most = rollouts.limits(service)
    reason = f"Scaling activity initiated by (deployment {service.deployments[0]['id']})"
    while True:
        tasks = [task for task in tasks_of(backend, service) if task.desired_status == "RUNNING"]
        old = [task for task in tasks if not _is_current(service, task)]
        current = len(tasks) - len(old)
        if current > service.desired_count:
            _stop(backend, tasks[-1] if not old else next(each for each in tasks if each not in old), reason)
        elif old and len(tasks) > at_least:
            _stop(backend, old[0], reason)
        elif current >= service.desired_count or len(tasks) >= at_most or not _start(backend, service):
            return


def _start(backend: EC2ContainerServiceBackend, service: Service) -> bool:
    """One task more; false when that did not work, for now or for good."""
    cluster = backend.clusters.get(service.cluster_name)
    if cluster is None or not rollouts.may_attempt(service):
        return False
    definition = backend.describe_task_definition(str(service.task_definition))
    task = place(
        backend,
        cluster,
        definition,
        service.launch_type,
        getattr(service, "capacity_provider_strategy", None),
        service.network_configuration,
        None,
        group=f"service:{service.name}",
        started_by=service.deployments[0]["id"],
        tags=service.tags if service.propagate_tags == "SERVICE" else definition.tags,
    )
    if task is None:
        rollouts.say(
            service,
            f"(service {service.name}) was unable to place a task because no container instance met all of its "
            f"requirements.{_why_no_instance(cluster)}",
        )
        return False
    if task.status == "STOPPED":
        rollouts.count_failure(service, str(task.stopped_reason))
        return False
    _register(backend, service, task)
    return True


def _why_no_instance(cluster: Cluster) -> str:
    return "" if cluster.registered_container_instances_count else " Reason: No Container Instances were found in your cluster."


def _register(backend: EC2ContainerServiceBackend, service: Service, task: PlacedTask) -> None:
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    for wish in service.load_balancers:
        group = groups.get(wish.get("targetGroupArn", ""))
        if group is not None and task.interface is not None:
            group.register([{"Id": task.interface.private_ip_address, "Port": wish["containerPort"]}])


def _stop(backend: EC2ContainerServiceBackend, task: PlacedTask, reason: str) -> None:
    """Stopped once the instance's agent says so; until then ECS shows a running task that is to stop."""
    _deregister(backend, task)
    task.desired_status = "STOPPED"
    if task.container_instance is None or is_connected(task.container_instance):
        task.stop("ServiceSchedulerInitiated", reason)


def _deregister(backend: EC2ContainerServiceBackend, task: PlacedTask) -> None:
    if task.interface is None:
        return
    vpc_id = task.interface.subnet.vpc_id
    for group in list(elbv2_backends[backend.account_id][backend.region_name].target_groups.values()):
        if group.vpc_id == vpc_id and group.target_type == "ip":
            group.deregister([{"Id": task.interface.private_ip_address}])


# --- the calls -----------------------------------------------------------------------------------------------------


@replaces(Responses)
def create_service(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    backend = response.ecs_backend
    params = response._get_params()
    cluster = backend._get_cluster(params.get("cluster", "default"))
    _check(backend, cluster, params)
    existing = backend.services.get(f"{cluster.name}:{params['serviceName']}")
    if existing is not None and existing.status == "ACTIVE":
        raise InvalidParameterException("Creation of service was not idempotent.")
    answer = original(response)
    service = backend.services[f"{cluster.name}:{params['serviceName']}"]
    service.created_at = utcnow()
    strategy = params.get("capacityProviderStrategy")
    if not params.get("launchType"):
        strategy = strategy or cluster.default_capacity_provider_strategy
    if strategy:
        # AWS reports no launch type beside a strategy
        service.launch_type = None
        service.capacity_provider_strategy = strategy
    _keep(service, params)
    service.deployments[0].update(
        launchType=service.launch_type,
        capacityProviderStrategy=getattr(service, "capacity_provider_strategy", None),
        platformFamily="Linux",
    )
    synchronize(backend)
    return answer


def _keep(service: Service, params: dict[str, Any]) -> None:
    """Every parameter that DescribeServices shows again."""
    shown = get_service_model("ecs").shape_for("Service").members
    for name, value in params.items():
        attribute = camelcase_to_underscores(name)
        if name in shown and attribute not in SET_BY_MOTO and value is not None:
            setattr(service, attribute, value)
    service.deployment_configuration = {
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        **(params.get("deploymentConfiguration") or getattr(service, "deployment_configuration", {})),
    }


def _check(backend: EC2ContainerServiceBackend, cluster: Cluster, params: dict[str, Any]) -> None:
    for item in params.get("capacityProviderStrategy") or []:
        if item["capacityProvider"] not in (cluster.capacity_providers or []):
            raise InvalidParameterException(
                "The specified capacity provider strategy cannot contain a capacity provider that is not associated "
                f"with the cluster. Associate the capacity provider {item['capacityProvider']} with the cluster and "
                "try again."
            )
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    for wish in params.get("loadBalancers") or []:
        arn = wish.get("targetGroupArn")
        if arn not in groups:
            raise InvalidParameterException(f"The specified target group does not exist: {arn}")
        if not groups[arn].load_balancer_arns:
            raise InvalidParameterException(
                f"The target group with targetGroupArn {arn} does not have an associated load balancer."
            )


@replaces(Responses)
def update_service(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    backend = response.ecs_backend
    params = response._get_params()
    cluster = backend._get_cluster(params.get("cluster", "default"))
    _check(backend, cluster, params)
    service = backend._get_service(cluster.name, params["service"])
    before = service.task_definition
    previous = dict(service.deployments[0]) if service.deployments else {}
    answer = original(response)
    service.task_definition = backend.describe_task_definition(service.task_definition).arn
    _keep(service, params)
    if params.get("capacityProviderStrategy"):
        service.launch_type = None
    changed = service.task_definition != before or any(
        params.get(name) is not None for name in ("networkConfiguration", "capacityProviderStrategy", "loadBalancers")
    )
    for deployment in service.deployments[:1]:
        deployment["updatedAt"] = utcnow()
        deployment["networkConfiguration"] = service.network_configuration
        deployment["capacityProviderStrategy"] = getattr(service, "capacity_provider_strategy", None)
        if changed or params.get("forceNewDeployment"):
            rollouts.begin(service, previous)
    synchronize(backend)
    return answer


@replaces(Responses)
def delete_service(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    answer = original(response)
    synchronize(response.ecs_backend)
    return answer


@replaces(Responses)
def run_task(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    backend = response.ecs_backend
    params = response._get_params()
    cluster = backend._get_cluster(params.get("cluster", "default"))
    definition = backend.describe_task_definition(params["taskDefinition"])
    if params.get("launchType") and params.get("capacityProviderStrategy"):
        raise InvalidParameterException("Specify either Launch Type or Capacity Provider Strategy, but not both.")
    _check(backend, cluster, params)
    tasks: list[PlacedTask] = []
    failures = []
    for _ in range(int(params.get("count", 1))):
        task = place(
            backend,
            cluster,
            definition,
            params.get("launchType"),
            params.get("capacityProviderStrategy"),
            params.get("networkConfiguration"),
            planned_ends.take(definition.family),
            group=params.get("group") or f"family:{definition.family}",
            started_by=params.get("startedBy") or "",
            overrides=params.get("overrides") or {},
            tags=[*(params.get("tags") or []), *_propagated(definition, params)],
        )
        if task is None:
            failures.append({"reason": "RESOURCE:MEMORY", "detail": "no container instance has room for the task"})
        else:
            tasks.append(task)
    return ActionResult({"tasks": tasks, "failures": failures})


def _propagated(definition: TaskDefinition, params: dict[str, Any]) -> list[dict[str, str]]:
    return list(definition.tags) if params.get("propagateTags") == "TASK_DEFINITION" else []


@replaces(EC2ContainerServiceBackend)
def list_tasks(
    original: Callable[..., Any],
    backend: EC2ContainerServiceBackend,
    cluster_str: str | None = None,
    container_instance: str | None = None,
    family: str | None = None,
    started_by: str | None = None,
    service_name: str | None = None,
    desiredStatus: str | None = None,
) -> list[Any]:
    """Running tasks unless others are asked for, of the service if one is named."""
    found = original(backend, cluster_str, None, family, started_by, None, desiredStatus or "RUNNING")
    if service_name:
        group = f"service:{service_name.split('/')[-1]}"
        found = [task for task in found if task.group == group]
    if container_instance:
        found = [task for task in found if container_instance in (task.container_instance_arn or "")]
    return list(found)


@replaces(EC2ContainerServiceBackend)
def stop_task(
    original: Callable[..., Any], backend: EC2ContainerServiceBackend, cluster_str: str, task_str: str, reason: str
) -> PlacedTask:
    cluster = backend._get_cluster(cluster_str)
    task_id = task_str.split("/")[-1]
    for task in list(backend.tasks.get(cluster.name, {}).values()):
        if isinstance(task, PlacedTask) and task.id == task_id:
            _deregister(backend, task)
            task.stop("UserInitiated", reason or "Task stopped by user")
            return task
    raise ECSException("InvalidParameterException", "The referenced task was not found.")
