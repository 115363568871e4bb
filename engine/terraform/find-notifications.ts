import { DescribeVpcEndpointConnectionNotificationsCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { TaggedResource } from "./find-by-tag";

/**
 * Connection notifications of an endpoint service. They have no tags, and no data source shows them: the SDK asks, with
 * the credentials of Terraform's environment. Where these don't suffice, none is known, as without this.
 *
 * @param env Terraform's environment
 */
export async function findNotifications(
  env: NodeJS.ProcessEnv,
  region: string | undefined,
  serviceId: string,
): Promise<TaggedResource[]> {
  const { AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const client = new EC2Client({
    ...(region && { region }),
    ...(AWS_ENDPOINT_URL && { endpoint: AWS_ENDPOINT_URL }),
    ...(AWS_ACCESS_KEY_ID &&
      AWS_SECRET_ACCESS_KEY && {
        credentials: {
          accessKeyId: AWS_ACCESS_KEY_ID,
          secretAccessKey: AWS_SECRET_ACCESS_KEY,
          ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
        },
      }),
  });
  const { ConnectionNotificationSet = [] } = await client
    .send(new DescribeVpcEndpointConnectionNotificationsCommand({}))
    .catch(() => ({ ConnectionNotificationSet: [] }));
  return ConnectionNotificationSet.filter(({ ServiceId }) => ServiceId === serviceId).flatMap(
    ({ ConnectionNotificationId: id }) =>
      id === undefined ? [] : [{ type: "aws_vpc_endpoint_connection_notification", id, tags: {} }],
  );
}
