import type { App } from "cdktf";
import { ConsumerEndpoint } from "../../../modules/consumer/consumer-endpoint";
import { EndpointServiceLookup } from "../../../modules/consumer/endpoint-service-lookup";
import { SmallVpc } from "../../../modules/consumer/small-vpc";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "consumer-endpoint", environment);
  const serviceName = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0";
  const service = new EndpointServiceLookup(stack, "service", { serviceName });
  const { subnets, vpc } = new SmallVpc(stack, "vpc", {
    name: "example",
    cidr: "10.90.0.0/24",
    availabilityZoneCount: 2,
    service,
  });
  new ConsumerEndpoint(stack, "endpoint", {
    name: "example",
    serviceName,
    service,
    vpcId: vpc.id,
    subnetIds: subnets.map(({ id }) => id),
    ports: [80],
    clientCidrs: ["10.90.0.0/24"],
    clientSecurityGroups: {},
    privateDnsEnabled: false,
  });
}
