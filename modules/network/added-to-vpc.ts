import type { Construct } from "constructs";
import { gatewayEndpoints, interfaceEndpoints, recordsFlowLogs, resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { DynamodbGatewayEndpoint } from "./dynamodb-gateway-endpoint";
import type { EnvironmentNetwork } from "./environment-network";
import { FlowLogs } from "./flow-logs";
import { InterfaceEndpoints } from "./interface-endpoints";
import { S3GatewayEndpoint } from "./s3-gateway-endpoint";

/** What an environment adds to a VPC, whoever made the VPC. */
export interface AddedToVpc {
  /** None where an existing VPC provides it. */
  readonly s3?: S3GatewayEndpoint;
  /** Only without NAT, for a sync Lambda inside the VPC or tasks that use a table, where an existing VPC does not provide it. */
  readonly dynamodb?: DynamodbGatewayEndpoint;
  /** Endpoints that are needed and that an existing VPC does not provide. */
  readonly interfaces: InterfaceEndpoints;
  readonly flowLogs?: FlowLogs;
}

/** The subnets and zones of a network whose endpoints are still to be added. */
type Subnets = Omit<EnvironmentNetwork, "awsAccess" | "isolatedSubnetIds" | "availabilityZoneIds">;

/** Adds the endpoints of AWS services that the environment needs, and flow logs if it records them. */
export function addToVpc(
  scope: Construct & Subnets,
  environment: Environment,
  routeTableIds: readonly string[],
): AddedToVpc {
  const { network, region } = environment;
  const place = { prefix: resourcePrefix(environment), region, vpcId: scope.vpcId };
  const created = gatewayEndpoints(environment);
  return {
    ...(created.includes("s3") && { s3: new S3GatewayEndpoint(scope, "s3-endpoint", { ...place, routeTableIds }) }),
    ...(created.includes("dynamodb") && {
      dynamodb: new DynamodbGatewayEndpoint(scope, "dynamodb-endpoint", { ...place, routeTableIds }),
    }),
    interfaces: new InterfaceEndpoints(scope, "interface-endpoints", {
      ...place,
      subnetIds: scope.privateSubnetIds,
      availabilityZones: scope.availabilityZones,
      clientCidrs: scope.privateSubnetCidrs,
      services: interfaceEndpoints(environment),
      additionalServices: network.additionalInterfaceEndpoints,
    }),
    ...(recordsFlowLogs(environment) && {
      flowLogs: new FlowLogs(scope, "flow-logs", { ...place, retentionDays: network.flowLogs.retentionDays }),
    }),
  };
}
