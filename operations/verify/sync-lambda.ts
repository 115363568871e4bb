import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import type { Item } from "./check";
import { metricSum } from "./metric-sum";
import { deployCommand, type Target } from "./target";

export const syncFunctionName = (environment: Environment): string => `${resourcePrefix(environment)}-alb-ip-sync`;

export function syncLambdaItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const prefix = resourcePrefix(environment);
  const deploy = deployCommand(target, "privatelink-service");
  const isSynced = environment.privatelink.albTargetMode === "ip-sync";
  const functionName = syncFunctionName(environment);
  const cloudwatch = new CloudWatchClient(clientOptions);
  return [
    {
      item: "sync Lambda is active",
      next: deploy,
      async look() {
        if (!isSynced) return { good: undefined, saw: "privatelink.albTargetMode is alb-target" };
        const { LastUpdateStatus = "Successful", State } = await new LambdaClient(clientOptions).send(
          new GetFunctionConfigurationCommand({ FunctionName: functionName }),
        );
        return { good: State === "Active" && LastUpdateStatus === "Successful", saw: `${State}, ${LastUpdateStatus}` };
      },
    },
    {
      item: "sync Lambda's last runs succeeded",
      next: `aws logs tail /${prefix}/alb-ip-sync --since 15m`,
      async look() {
        if (!isSynced) return { good: undefined, saw: "privatelink.albTargetMode is alb-target" };
        if (target.emulated) return { good: undefined, saw: "an emulated AWS has no schedule and no metrics" };
        const dimensions = { FunctionName: functionName };
        const sum = (name: string) => metricSum(cloudwatch, { namespace: "AWS/Lambda", name, dimensions }, 900);
        const [runs, errors] = await Promise.all([sum("Invocations"), sum("Errors")]);
        return { good: runs > 0 && errors === 0, saw: `${runs} runs, ${errors} errors in the last 15 minutes` };
      },
    },
  ];
}
