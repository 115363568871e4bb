import type { EcsServiceCapacityProviderStrategy } from "@cdktf/provider-aws/lib/ecs-service";
import type { Environment } from "../../config/schema";

/**
 * Where tasks are placed: on the instances' capacity provider, or on Fargate with the chosen share of Spot. One task
 * always runs on plain Fargate, so that losing all of Spot never loses the service.
 *
 * @param ec2CapacityProvider name of the instances' capacity provider; needed with launch type EC2
 */
export function capacityProviderStrategy(
  launchType: Environment["compute"]["launchType"],
  { fargate }: Environment["compute"],
  ec2CapacityProvider: string | undefined,
): EcsServiceCapacityProviderStrategy[] {
  if (launchType === "EC2") {
    if (!ec2CapacityProvider) throw new Error("launch type EC2 needs a capacity provider");
    return [{ capacityProvider: ec2CapacityProvider, weight: 1 }];
  }
  const spot = fargate.spotSharePercent;
  // A provider of weight 0 places no task, whatever its base. Source: Amazon ECS API Reference, "CapacityProviderStrategyItem".
  const weight = Math.max(1, 100 - spot);
  const strategy: EcsServiceCapacityProviderStrategy[] = [{ capacityProvider: "FARGATE", base: 1, weight }];
  if (spot > 0) strategy.push({ capacityProvider: "FARGATE_SPOT", weight: spot });
  return strategy;
}
