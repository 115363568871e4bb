"""EC2: notifications of the events of an endpoint service's connections, which moto lacks.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html and, in
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/, API_CreateVpcEndpointConnectionNotification.html and the calls
that describe, modify and delete one
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, UnknownVpcEndpointService
from moto.ec2.models import EC2Backend
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.responses.vpc_service_configuration import VPCEndpointServiceConfiguration as Responses
from moto.moto_api._internal import mock_random

from ..extend import adds


class ConnectionNotification(TaggedEC2Resource):
    """An SNS topic that hears of the connection events of an endpoint service or an endpoint."""

    connection_notification_type = "Topic"
    connection_notification_state = "Enabled"

    def __init__(self, backend: EC2Backend, params: Any) -> None:
        self.ec2_backend = backend
        self.id = f"vpce-nfn-{mock_random.get_random_hex(17)}"
        self.connection_notification_id = self.id
        self.service_id = params.get("ServiceId")
        self.vpc_endpoint_id = params.get("VpcEndpointId")
        self.connection_notification_arn = params["ConnectionNotificationArn"]
        self.connection_events = list(params["ConnectionEvents"])
        self.service_region = backend.region_name


def notifications_of(backend: EC2Backend) -> dict[str, ConnectionNotification]:
    found: dict[str, ConnectionNotification] = backend.__dict__.setdefault("connection_notifications", {})
    return found


def _notification(backend: EC2Backend, notification_id: str) -> ConnectionNotification:
    found = notifications_of(backend).get(notification_id)
    if found is None:
        raise EC2ClientError(
            "InvalidConnectionNotification", f"The connection notification id '{notification_id}' does not exist"
        )
    return found


@adds(Responses)
def create_vpc_endpoint_connection_notification(response: Any) -> ActionResult:
    params = response._get_params()
    if params.get("ServiceId"):
        if params["ServiceId"] not in response.ec2_backend.configurations:
            raise UnknownVpcEndpointService(params["ServiceId"])
    elif params.get("VpcEndpointId"):
        response.ec2_backend.get_vpc_end_point(params["VpcEndpointId"])
    notification = ConnectionNotification(response.ec2_backend, params)
    notifications_of(response.ec2_backend)[notification.id] = notification
    return ActionResult({"ConnectionNotification": notification})


@adds(Responses)
def describe_vpc_endpoint_connection_notifications(response: Any) -> ActionResult:
    backend = response.ec2_backend
    wanted = response._get_param("ConnectionNotificationId")
    found = [_notification(backend, wanted)] if wanted else list(notifications_of(backend).values())
    return ActionResult({"ConnectionNotificationSet": found})


@adds(Responses)
def modify_vpc_endpoint_connection_notification(response: Any) -> ActionResult:
    params = response._get_params()
    notification = _notification(response.ec2_backend, params["ConnectionNotificationId"])
    notification.connection_notification_arn = params.get(
        "ConnectionNotificationArn", notification.connection_notification_arn
    )
    notification.connection_events = list(params.get("ConnectionEvents", notification.connection_events))
    return ActionResult({"ReturnValue": True})


@adds(Responses)
def delete_vpc_endpoint_connection_notifications(response: Any) -> ActionResult:
    unsuccessful = []
    for notification_id in response._get_param("ConnectionNotificationIds", []):
        if notifications_of(response.ec2_backend).pop(notification_id, None) is None:
            unsuccessful.append(
                unsuccessful_item(
                    notification_id,
                    "InvalidConnectionNotification",
                    f"The connection notification id '{notification_id}' does not exist",
                )
            )
    return ActionResult({"Unsuccessful": unsuccessful})


def forget_notifications(backend: EC2Backend, service_id: str) -> None:
    """Those of a service go with it."""
    for notification_id, notification in list(notifications_of(backend).items()):
        if notification.service_id == service_id:
            notifications_of(backend).pop(notification_id, None)


def unsuccessful_item(resource_id: str, code: str, message: str) -> dict[str, Any]:
    """How EC2's calls for several resources answer for one that they could not serve."""
    return {"ResourceId": resource_id, "Error": {"Code": code, "Message": message}}
