"""ECS tasks: where they are placed, their network interfaces, how one-off tasks end.

moto gives a task an address outside of its subnet, never lets it go, and ends tasks by itself after it was asked
for them four times. Nothing runs inside these tasks: a task of a service is healthy as long as it is wanted, a one-off
task ends with exit code 0 unless the control API planned another end.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html,
task-networking-awsvpc.html, task-placement-strategies.html and container-instance-eni.html there (limits of interfaces)
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from moto.core.utils import unix_time_millis, utcnow
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import Cluster, ContainerInstance, EC2ContainerServiceBackend, Task, TaskDefinition
from moto.logs.models import logs_backends

from .ec2_addresses import create_managed_interface

REQUESTER = "amazon-ecs"

FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")

# A one-off task is seen running this many times before it has ended.
SEEN_RUNNING = 1

# What the agent and the system leave of an instance's memory.
SHARE_OF_MEMORY = 0.93


class PlannedEnds:
    """How the next one-off tasks end: `{"family", "exitCode", "logLines"}`; a family of None fits any."""

    def __init__(self) -> None:
        self._plans: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, plan: dict[str, Any]) -> None:
        with self._lock:
            self._plans.append(plan)

    def take(self, family: str) -> dict[str, Any]:
        with self._lock:
            for plan in self._plans:
                if plan.get("family") in (None, family):
                    self._plans.remove(plan)
                    return plan
        return {}


planned_ends = PlannedEnds()


class PlacedTask(Task):
    """A task on a container instance or on Fargate. `plan` says how a one-off task ends; None keeps it running."""

    def __init__(
        self,
        cluster: Cluster,
        definition: TaskDefinition,
        instance: ContainerInstance | None,
        backend: EC2ContainerServiceBackend,
        network: dict[str, Any] | None,
        plan: dict[str, Any] | None,
        **options: Any,
    ) -> None:
        if definition.network_mode == "awsvpc" and not network:
            raise InvalidParameterException(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified."
            )
        # moto's own constructor would draw an address outside of the subnet
        mode, definition.network_mode = definition.network_mode, "none"
        try:
            super().__init__(
                cluster,
                definition,
                instance.container_instance_arn if instance else None,
                needs_of(definition),
                backend=backend,
                **options,
            )
        finally:
            definition.network_mode = mode
        self.definition = definition
        self.container_instance = instance
        self.plan = plan
        self.interface: Any = None
        self.cpu, self.memory = definition.cpu, definition.memory
        self.connectivity = "CONNECTED"
        self.created_at = self.started_at = utcnow()
        self.stopped_at: Any = None
        self.health_status = "UNKNOWN"
        self._seen = 0
        self._start_containers()
        self._start_container_insights(cluster)
        if network and mode == "awsvpc":
            self._attach(network["awsvpcConfiguration"], instance)

    def _start_containers(self) -> None:
        for container in self.containers:
            container.last_status = "RUNNING"
            container.task_arn = self.task_arn
            container.exitCode = None
            checked = "healthCheck" in self.definition.container_definitions[0]
            container.health_status = self.health_status = "HEALTHY" if checked else "UNKNOWN"

    def _start_container_insights(self, cluster: Cluster) -> None:
        """The first metrics of a cluster create their log group, without expiry and key, unless it exists."""
        settings = {setting["name"]: setting["value"] for setting in cluster.settings or []}
        if settings.get("containerInsights") in ("enabled", "enhanced"):
            logs = logs_backends[self._account_id][self.region_name]
            group = f"/aws/ecs/containerinsights/{cluster.name}/performance"
            if group not in logs.groups:
                logs.create_log_group(group, {})

    def _attach(self, network: dict[str, Any], instance: ContainerInstance | None) -> None:
        ec2: EC2Backend = ec2_backends[self._account_id][self.region_name]
        subnet = _subnet_for(ec2, network["subnets"], instance, self._backend)
        groups = network.get("securityGroups") or [ec2.get_default_security_group(subnet.vpc_id).id]
        attachment = self.id
        self.interface = create_managed_interface(
            ec2,
            subnet,
            f"arn:aws:ecs:{self.region_name}:{self._account_id}:attachment/{attachment}",
            groups,
            REQUESTER,
        )
        self.availability_zone = subnet.availability_zone
        details = {
            "subnetId": subnet.id,
            "networkInterfaceId": self.interface.id,
            "macAddress": self.interface.mac_address,
            "privateIPv4Address": self.interface.private_ip_address,
        }
        self.attachments = [
            {
                "id": attachment,
                "type": "ElasticNetworkInterface",
                "status": "ATTACHED",
                "details": [{"name": name, "value": value} for name, value in details.items()],
            }
        ]
        for container in self.containers:
            container.network_interfaces = [
                {"attachmentId": attachment, "privateIpv4Address": self.interface.private_ip_address}
            ]

    # moto's ManagedState moves a status on whenever it is read; this task decides itself
    @property
    def status(self) -> str:
        return str(self._status)

    @status.setter
    def status(self, value: str) -> None:
        self._status = value

    def advance(self) -> None:
        if self.plan is not None and self.status == "RUNNING":
            self._seen += 1
            if self._seen > SEEN_RUNNING:
                self._write_log(self.plan.get("logLines", []))
                self.stop("EssentialContainerExited", "Essential container in task exited", self.plan)

    def fail(self, code: str, reason: str) -> None:
        """The task ends before anything of it was of use."""
        self.stop(code, reason, {"exitCode": 1})
        for container in self.containers:
            if code == "TaskFailedToStart":
                container.exitCode = None
                container.reason = reason
                self.started_at = None

    def stop(self, code: str, reason: str, plan: dict[str, Any] | None = None) -> None:
        if self.status == "STOPPED":
            return
        self.status = self.desired_status = "STOPPED"
        self.stop_code, self.stopped_reason = code, reason
        self.stopped_at = utcnow()
        for container in self.containers:
            container.last_status = "STOPPED"
            # 143: ended by SIGTERM
            container.exitCode = int((plan or {}).get("exitCode", 143 if plan is None else 0))
        if self.interface is not None:
            ec2_backends[self._account_id][self.region_name].enis.pop(self.interface.id, None)

    def _write_log(self, lines: list[str]) -> None:
        container = self.definition.container_definitions[0]
        configuration = container.get("logConfiguration", {})
        options = configuration.get("options", {})
        if not lines or configuration.get("logDriver") != "awslogs":
            return
        logs = logs_backends[self._account_id][options["awslogs-region"]]
        stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{self.id}"
        logs.create_log_stream(options["awslogs-group"], stream)
        now = int(unix_time_millis())
        events = [{"timestamp": now + index, "message": line} for index, line in enumerate(lines)]
        logs.put_log_events(options["awslogs-group"], stream, events)


def _subnet_for(
    ec2: EC2Backend, subnet_ids: list[str], instance: ContainerInstance | None, backend: EC2ContainerServiceBackend
) -> Any:
    """On an instance one of its own zone; on Fargate the one with the fewest tasks."""
    subnets = [ec2.get_subnet(subnet_id) for subnet_id in subnet_ids]
    if instance is not None:
        return next(subnet for subnet in subnets if subnet.availability_zone == zone_of(instance))
    used = Counter(task.interface.subnet.id for task in running_tasks(backend) if task.interface is not None)
    return min(subnets, key=lambda subnet: used[subnet.id])


def zone_of(instance: ContainerInstance) -> str:
    return str(instance.attributes["ecs.availability-zone"])


def running_tasks(backend: EC2ContainerServiceBackend, cluster: str | None = None) -> list[PlacedTask]:
    return [
        task
        for name, tasks in list(backend.tasks.items())
        if cluster in (None, name)
        for task in list(tasks.values())
        if isinstance(task, PlacedTask) and task.status == "RUNNING"
    ]


def needs_of(definition: TaskDefinition) -> dict[str, Any]:
    """CPU units and MiB of memory of a task: its own or the sum of its containers'; ports only without awsvpc."""
    containers = definition.container_definitions
    memory = definition.memory or sum(each.get("memory") or each.get("memoryReservation") or 0 for each in containers)
    ports = (
        []
        if definition.network_mode == "awsvpc"
        else [
            mapping["hostPort"]
            for each in containers
            for mapping in each.get("portMappings", [])
            if "hostPort" in mapping
        ]
    )
    return {
        "CPU": int(definition.cpu or sum(each.get("cpu") or 0 for each in containers)),
        "MEMORY": int(memory),
        "PORTS": ports,
        "PORTS_UDP": [],
    }


def capacity_of(instance: ContainerInstance) -> dict[str, int]:
    """CPU units, MiB of memory, and how many tasks can have an interface of their own."""
    known = INSTANCE_TYPES.get(str(instance.attributes["ecs.instance-type"]), {})
    memory = known.get("MemoryInfo", {}).get("SizeInMiB", 8192)
    return {
        "CPU": known.get("VCpuInfo", {}).get("DefaultVCpus", 2) * 1024,
        "MEMORY": int(memory * SHARE_OF_MEMORY),
        # the instance needs one for itself
        "INTERFACES": known.get("NetworkInfo", {}).get("MaximumNetworkInterfaces", 3) - 1,
    }


def fits(instance: ContainerInstance, definition: TaskDefinition, tasks: list[PlacedTask]) -> bool:
    """Whether the instance has room for one more task beside those that run on it."""
    capacity = capacity_of(instance)
    here = [task for task in tasks if task.container_instance is instance]
    for resource in ("CPU", "MEMORY"):
        used = sum(needs_of(task.definition)[resource] for task in here)
        if used + needs_of(definition)[resource] > capacity[resource]:
            return False
    interfaces = sum(task.interface is not None for task in here)
    return definition.network_mode != "awsvpc" or interfaces < capacity["INTERFACES"]
