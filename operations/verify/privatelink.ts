import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { resourcePrefix } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { activeLoadBalancer, loadBalancer } from "./load-balancer";
import { output, type Target } from "./target";
import { difference, nodeAddresses, presentTargets } from "./target-parity";

/** NLB, its targets, the sync Lambda, the endpoint service and the alarms. */
export function privatelinkItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const { privatelink } = environment;
  const prefix = resourcePrefix(environment);
  const stack = `privatelink-service-${environment.name}`;
  const deploy = `npx cdktf deploy ${stack}`;
  const isSynced = privatelink.albTargetMode === "ip-sync";
  const functionName = `${prefix}-alb-ip-sync`;
  const ec2 = new EC2Client(clientOptions);
  const elb = new ElasticLoadBalancingV2Client(clientOptions);
  const cloudwatch = new CloudWatchClient(clientOptions);
  const serviceId = () => output(target, stack, "serviceId");

  const targetGroups = async () => {
    const { LoadBalancerArn } = await loadBalancer(elb, `${prefix}-nlb`);
    const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
    return Promise.all(
      TargetGroups.map(async ({ TargetGroupArn, TargetGroupName }) => {
        return { name: TargetGroupName ?? "", targets: await presentTargets(elb, TargetGroupArn ?? "") };
      }),
    );
  };

  return [
    { ...activeLoadBalancer(elb, `${prefix}-nlb`, "NLB"), next: deploy },
    {
      item: "every target of the NLB is healthy",
      next: "docs/ip-sync.md, what to do when an alarm fires",
      async look() {
        const targets = (await targetGroups()).flatMap((group) =>
          group.targets.map((one) => ({ ...one, group: group.name })),
        );
        return tally(
          targets,
          ({ state }) => state === "healthy",
          ({ group, id, state }) => `${id} in ${group} ${state}`,
        );
      },
    },
    {
      item: "the NLB's targets are the ALB's addresses",
      next: `aws lambda invoke --function-name ${functionName} /dev/stdout; then its log: aws logs tail /${prefix}/alb-ip-sync`,
      async look() {
        if (!isSynced) return { good: undefined, saw: "privatelink.albTargetMode is alb-target" };
        const { LoadBalancerArn = "" } = await loadBalancer(elb, `${prefix}-alb`);
        const nodes = await nodeAddresses(ec2, LoadBalancerArn);
        const groups = await targetGroups();
        const equal = groups.filter(({ targets }) => {
          const { missing, surplus } = difference(
            nodes,
            targets.map(({ id }) => id),
          );
          return missing.length + surplus.length === 0;
        });
        return {
          good: nodes.length > 0 && equal.length === groups.length,
          saw: `ALB at ${nodes.join(", ")}; equal in ${equal.length} of ${groups.length} target groups`,
        };
      },
    },
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
        const sum = async (MetricName: string) => {
          const now = Date.now();
          const { Datapoints = [] } = await cloudwatch.send(
            new GetMetricStatisticsCommand({
              Namespace: "AWS/Lambda",
              MetricName,
              Dimensions: [{ Name: "FunctionName", Value: functionName }],
              StartTime: new Date(now - 15 * 60_000),
              EndTime: new Date(now),
              Period: 900,
              Statistics: ["Sum"],
            }),
          );
          return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
        };
        const [runs, errors] = await Promise.all([sum("Invocations"), sum("Errors")]);
        return { good: runs > 0 && errors === 0, saw: `${runs} runs, ${errors} errors in the last 15 minutes` };
      },
    },
    {
      item: "endpoint service is available",
      next: deploy,
      async look() {
        const { ServiceConfigurations } = await ec2.send(
          new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [serviceId()] }),
        );
        const { AcceptanceRequired, ServiceName, ServiceState } = theOnly(ServiceConfigurations, "endpoint service");
        return {
          good: ServiceState === "Available" && AcceptanceRequired === privatelink.acceptanceRequired,
          saw: `${ServiceName} ${ServiceState}, acceptance ${AcceptanceRequired ? "required" : "not required"}`,
        };
      },
    },
    {
      item: "private DNS name is verified",
      next: "docs/privatelink.md, private DNS name",
      async look() {
        if (!privatelink.privateDns) return { good: undefined, saw: "no privatelink.privateDns" };
        const { ServiceConfigurations } = await ec2.send(
          new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [serviceId()] }),
        );
        const { PrivateDnsName, PrivateDnsNameConfiguration } = theOnly(ServiceConfigurations, "endpoint service");
        const state = PrivateDnsNameConfiguration?.State;
        return { good: state === "verified", saw: `${PrivateDnsName} ${state}` };
      },
    },
    {
      item: "those who may connect are those configured",
      next: `${deploy}; connections of a removed principal go on: npm run connections -- --env ${environment.name} list`,
      async look() {
        const { AllowedPrincipals = [] } = await ec2.send(
          new DescribeVpcEndpointServicePermissionsCommand({ ServiceId: serviceId() }),
        );
        const found = AllowedPrincipals.map(({ Principal = "" }) => Principal).sort();
        const wanted = [...privatelink.allowedPrincipals].sort();
        return { good: found.join() === wanted.join(), saw: found.join(", ") || "nobody" };
      },
    },
    {
      item: "no connection waits to be accepted",
      next: `npm run connections -- --env ${environment.name} list`,
      async look() {
        const { VpcEndpointConnections = [] } = await ec2.send(
          new DescribeVpcEndpointConnectionsCommand({ Filters: [{ Name: "service-id", Values: [serviceId()] }] }),
        );
        const waiting = VpcEndpointConnections.filter(
          ({ VpcEndpointState }) => VpcEndpointState?.toLowerCase() === "pendingacceptance",
        );
        const states = VpcEndpointConnections.map(
          ({ VpcEndpointId, VpcEndpointState }) => `${VpcEndpointId} ${VpcEndpointState}`,
        );
        return { good: waiting.length === 0, saw: states.join(", ") || "no connection" };
      },
    },
    {
      item: "no alarm is firing",
      next: "docs/runbook.md has an entry for each alarm",
      async look() {
        const { MetricAlarms = [] } = await cloudwatch.send(
          new DescribeAlarmsCommand({ AlarmNamePrefix: `${prefix}-` }),
        );
        return tally(
          MetricAlarms,
          ({ StateValue }) => StateValue !== "ALARM",
          ({ AlarmName }) => AlarmName ?? "",
        );
      },
    },
  ];
}
