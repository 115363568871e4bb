import {
  AcceptVpcEndpointConnectionsCommand,
  type EC2Client,
  paginateDescribeVpcEndpointConnections,
  paginateDescribeVpcEndpointServicePermissions,
  RejectVpcEndpointConnectionsCommand,
  type UnsuccessfulItem,
} from "@aws-sdk/client-ec2";
import { type Connection, type Decision, toConnection } from "./connections";

/** What can be done with the connections of one endpoint service. */
export interface EndpointConnections {
  connections(): Promise<Connection[]>;
  /** @returns those that AWS refused */
  decide(decision: Decision, endpointIds: readonly string[]): Promise<UnsuccessfulItem[]>;
}

export function endpointConnections(client: EC2Client, serviceId: string): EndpointConnections {
  return {
    async connections() {
      const principals = [];
      for await (const page of paginateDescribeVpcEndpointServicePermissions({ client }, { ServiceId: serviceId })) {
        principals.push(...(page.AllowedPrincipals ?? []));
      }
      const found: Connection[] = [];
      const Filters = [{ Name: "service-id", Values: [serviceId] }];
      for await (const page of paginateDescribeVpcEndpointConnections({ client }, { Filters })) {
        for (const connection of page.VpcEndpointConnections ?? []) found.push(toConnection(connection, principals));
      }
      // AWS continues to list endpoints that are gone for a while.
      return found.filter(({ state }) => state !== "deleted");
    },
    async decide(decision, endpointIds) {
      const input = { ServiceId: serviceId, VpcEndpointIds: [...endpointIds] };
      const { Unsuccessful = [] } =
        decision === "accept"
          ? await client.send(new AcceptVpcEndpointConnectionsCommand(input))
          : await client.send(new RejectVpcEndpointConnectionsCommand(input));
      return Unsuccessful;
    },
  };
}
