import { CloudWatchClient, ListManagedInsightRulesCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { furtherRegions } from "../../config/derive";
import { allowedPrincipals } from "../../config/service-consumers";
import { type Item, theOnly } from "./check";
import { deployCommand, output, type Target } from "./target";

/** The endpoint service, who may connect to it, and who waits to. */
export function endpointServiceItems(target: Target): Item[] {
  const { environment } = target;
  const { privatelink } = environment;
  const deploy = deployCommand(target, "privatelink-service");
  const ec2 = new EC2Client(target.clientOptions);
  const serviceId = () => output(target, "privatelink-service", "serviceId");
  const service = async () => {
    const { ServiceConfigurations } = await ec2.send(
      new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [serviceId()] }),
    );
    return theOnly(ServiceConfigurations, "endpoint service");
  };
  return [
    {
      item: "endpoint service is available",
      next: deploy,
      async look() {
        const { AcceptanceRequired, ServiceName, ServiceState } = await service();
        return {
          good: ServiceState === "Available" && AcceptanceRequired === privatelink.acceptanceRequired,
          saw: `${ServiceName} ${ServiceState}, acceptance ${AcceptanceRequired ? "required" : "not required"}`,
        };
      },
    },
    {
      item: "Regions that consumers may connect from are those configured",
      next: "wait while one is Pending; else privatelink.supportedRegions in the environment's file ([] closes further Regions), then deploy",
      async look() {
        const { SupportedRegions = [] } = await service();
        const others = SupportedRegions.filter(({ Region }) => Region !== environment.region);
        const wanted = [...furtherRegions(privatelink)].sort();
        const names = others.map(({ Region = "" }) => Region).sort();
        const open = others.every(({ ServiceState }) => ServiceState === "Available");
        const shown = others.map(({ Region, ServiceState }) => `${Region} ${ServiceState}`);
        return { good: names.join() === wanted.join() && open, saw: [environment.region, ...shown].join(", ") };
      },
    },
    {
      item: "Contributor Insights rules of the endpoint service are those configured",
      next: `privatelink.contributorInsights in the environment's file, then ${deploy}`,
      async look() {
        if (!privatelink.contributorInsights) return { good: undefined, saw: "no privatelink.contributorInsights" };
        const { NetworkLoadBalancerArns: [arn = ""] = [], ServiceId } = await service();
        const [, partition, , region, account] = arn.split(":");
        const { ManagedRules = [] } = await new CloudWatchClient(target.clientOptions).send(
          new ListManagedInsightRulesCommand({
            ResourceARN: `arn:${partition}:ec2:${region}:${account}:vpc-endpoint-service/${ServiceId}`,
          }),
        );
        const states = ManagedRules.map(
          ({ RuleState, TemplateName }) => `${TemplateName} ${RuleState?.State ?? "off"}`,
        );
        const on = ManagedRules.filter(({ RuleState }) => RuleState?.State === "ENABLED");
        return { good: on.length === 4, saw: states.join(", ") || "none" };
      },
    },
    {
      item: "private DNS name is verified",
      next: "docs/privatelink.md, private DNS name",
      async look() {
        if (!privatelink.privateDns) return { good: undefined, saw: "no privatelink.privateDns" };
        const { PrivateDnsName, PrivateDnsNameConfiguration } = await service();
        const state = PrivateDnsNameConfiguration?.State;
        return { good: state === "verified", saw: `${PrivateDnsName} ${state}` };
      },
    },
    {
      item: "those who may connect are those configured",
      next: `${deploy}; connections of a removed principal go on: npx ecs-privatelink connections --env ${environment.name} list`,
      async look() {
        const { AllowedPrincipals = [] } = await ec2.send(
          new DescribeVpcEndpointServicePermissionsCommand({ ServiceId: serviceId() }),
        );
        const found = AllowedPrincipals.map(({ Principal = "" }) => Principal).sort();
        const wanted = allowedPrincipals(privatelink).sort();
        return { good: found.join() === wanted.join(), saw: found.join(", ") || "none" };
      },
    },
    {
      item: "no connection waits to be accepted",
      next: `npx ecs-privatelink connections --env ${environment.name} list`,
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
  ];
}
