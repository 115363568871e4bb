import { DescribeVpcEndpointConnectionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { resourcePrefix } from "../../config/derive";
import { accountsOf, serviceConsumers, watchedConsumers } from "../../config/service-consumers";
import { isExpired } from "../../lambda/consumer-connections/decide";
import type { Item } from "./check";
import { deployCommand, output, type Target } from "./target";

/** What the registry of consumers promises. */
export function serviceConsumerItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const { privatelink } = environment;
  const prefix = resourcePrefix(environment);
  const deploy = deployCommand(target, "privatelink-service");
  const ec2 = new EC2Client(clientOptions);
  const serviceId = () => output(target, "privatelink-service", "serviceId");
  return [
    {
      item: "no connection is of a consumer whose last day has passed",
      next: `renew until, or: npx ecs-privatelink connections --env ${environment.name} reject --account <account id>`,
      async look() {
        const consumers = serviceConsumers(privatelink).filter(({ until }) => until !== undefined);
        if (consumers.length === 0) return { good: undefined, saw: "no consumer with until in privatelink.consumers" };
        const expired = consumers.filter((consumer) => isExpired(consumer, Date.now()));
        const accounts = expired.flatMap(accountsOf);
        const { VpcEndpointConnections = [] } = await ec2.send(
          new DescribeVpcEndpointConnectionsCommand({ Filters: [{ Name: "service-id", Values: [serviceId()] }] }),
        );
        const left = VpcEndpointConnections.filter(
          ({ VpcEndpointOwner = "", VpcEndpointState }) =>
            VpcEndpointState?.toLowerCase() === "available" && accounts.includes(VpcEndpointOwner),
        );
        const saw = expired.map(({ name, until }) => `${name} until ${until}`).join(", ");
        return {
          good: left.length === 0,
          saw: `${saw || "no last day has passed"}; connected: ${left.map(({ VpcEndpointId }) => VpcEndpointId).join(", ") || "none"}`,
        };
      },
    },
    {
      item: "consumer connections function is active",
      next: deploy,
      async look() {
        if (watchedConsumers(privatelink).length === 0) return { good: undefined, saw: "no consumer needs it" };
        const { LastUpdateStatus = "Successful", State } = await new LambdaClient(clientOptions).send(
          new GetFunctionConfigurationCommand({ FunctionName: `${prefix}-consumer-connections` }),
        );
        return { good: State === "Active" && LastUpdateStatus === "Successful", saw: `${State}, ${LastUpdateStatus}` };
      },
    },
  ];
}
