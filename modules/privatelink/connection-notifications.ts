import { VpcEndpointConnectionNotification } from "@cdktf/provider-aws/lib/vpc-endpoint-connection-notification";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { NotificationTopic } from "../observability/notification-topic";

export interface ConnectionNotificationsProps {
  readonly serviceId: string;
  readonly topic: NotificationTopic;
  /** At least one. */
  readonly events: Environment["privatelink"]["connectionEvents"];
}

/** Sends connection events of the endpoint service (who asks, who was let in, who has left) to the topic. */
export class ConnectionNotifications extends Construct {
  readonly notification: VpcEndpointConnectionNotification;

  constructor(scope: Construct, id: string, { events, serviceId, topic }: ConnectionNotificationsProps) {
    super(scope, id);
    this.notification = new VpcEndpointConnectionNotification(this, "notification", {
      vpcEndpointServiceId: serviceId,
      connectionNotificationArn: topic.topic.arn,
      connectionEvents: [...events],
      // AWS refuses the notification as long as the topic's policy does not let it publish.
      dependsOn: [topic.policy],
    });
  }
}
