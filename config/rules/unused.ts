import { hasInstances, serviceListeners } from "../derive";
import type { Consumer, Environment } from "../schema";
import { serviceRegion } from "./consumer";
import type { ConsumerRule, EnvironmentRule, Finding, Written } from "./rule";

/** An option that other options switch off. */
interface Conditional<Owner> {
  readonly path: readonly string[];
  readonly hasEffect: (owner: Owner) => boolean;
  /** When it has an effect; completes "allowed: only". */
  readonly when: string;
  readonly source?: string;
}

const albTarget =
  'User Guide for Network Load Balancers, "Use Application Load Balancers as targets of a Network Load Balancer"';

const backendOptions: readonly Conditional<Environment | Consumer>[] = [
  { path: ["backend", "s3"], hasEffect: ({ backend }) => backend.type === "s3", when: "with backend.type s3" },
  { path: ["backend", "hcp"], hasEffect: ({ backend }) => backend.type === "hcp", when: "with backend.type hcp" },
];

const environmentOptions: readonly Conditional<Environment>[] = [
  ...backendOptions,
  {
    path: ["network", "flowLogs", "retentionDays"],
    hasEffect: ({ network }) => network.flowLogs.enabled,
    when: "with network.flowLogs.enabled",
  },
  ...["retentionDays", "hourUtc", "forceDestroy"].map((option) => ({
    path: ["data", "backup", option],
    hasEffect: ({ data }: Environment) => data.backup.enabled,
    when: "with data.backup.enabled",
  })),
  {
    path: ["compute", "ec2"],
    hasEffect: ({ compute }) => hasInstances(compute),
    when: "with compute.launchType EC2, or compute.fargate.keepInstances",
  },
  {
    path: ["compute", "fargate"],
    hasEffect: ({ compute }) => compute.launchType === "FARGATE",
    when: "with compute.launchType FARGATE",
  },
  {
    path: ["privatelink", "consumerCidrs"],
    hasEffect: ({ privatelink }) =>
      privatelink.enforceInboundRulesOnPrivateLinkTraffic === "on" || privatelink.consumerCidrs.length === 0,
    when: "with enforceInboundRulesOnPrivateLinkTraffic on; off lets every connected client in",
    source: 'User Guide for Network Load Balancers, "Update the security groups for your Network Load Balancer"',
  },
  {
    path: ["privatelink", "acceptedEndpointIds"],
    hasEffect: ({ privatelink }) => privatelink.acceptanceRequired || privatelink.acceptedEndpointIds.length === 0,
    when: "with acceptanceRequired; without it every endpoint of an allowed principal is accepted at once",
    source: 'AWS PrivateLink Guide, "Configure an endpoint service"',
  },
  {
    path: ["privatelink", "sync"],
    hasEffect: ({ privatelink }) => privatelink.albTargetMode === "ip-sync",
    when: "with albTargetMode ip-sync",
  },
  {
    path: ["privatelink", "targetGroup", "deregistrationDelaySeconds"],
    hasEffect: ({ privatelink }) => privatelink.albTargetMode === "ip-sync",
    when: "with albTargetMode ip-sync; a target group of type alb has no attributes",
    source: albTarget,
  },
  {
    path: ["privatelink", "tcpIdleTimeoutSeconds"],
    hasEffect: (environment) => serviceListeners(environment).some(({ certificateArn }) => !certificateArn),
    when: "with a TCP listener; where the NLB ends TLS, the timeout is fixed at 350 seconds",
    source:
      'User Guide for Network Load Balancers, "Update the TCP idle timeout for your Network Load Balancer listener"',
  },
];

const consumerOptions: readonly Conditional<Consumer>[] = [
  ...backendOptions,
  {
    path: ["backend", "s3", "forceDestroy"],
    hasEffect: () => false,
    when: "in an environment, whose stacks make their bucket",
  },
  {
    path: ["service", "availabilityZoneIds"],
    hasEffect: (consumer) => serviceRegion(consumer) === consumer.region,
    when: "with service.name in the consumer's own Region; an environment knows its zones, and across Regions they need not match",
  },
  ...["subnetIds", "subnetTags", "availabilityZoneIds"].map((option) => ({
    path: ["vpc", option],
    hasEffect: ({ vpc }: Consumer) => !vpc.cidr,
    when: "for an existing VPC",
  })),
  {
    path: ["vpc", "subnetTags"],
    hasEffect: ({ vpc }) => Boolean(vpc.cidr) || vpc.availabilityZoneIds !== undefined,
    when: "with vpc.availabilityZoneIds",
  },
  { path: ["vpc", "availabilityZoneCount"], hasEffect: ({ vpc }) => Boolean(vpc.cidr), when: "with vpc.cidr" },
  ...["name", "additionalVpcIds"].map((option) => ({
    path: ["dns", option],
    hasEffect: ({ dns }: Consumer) => dns.mode === "private-hosted-zone",
    when: "with dns.mode private-hosted-zone",
  })),
  {
    path: ["dns", "privateDnsEnabled"],
    hasEffect: ({ dns }) => dns.mode === "private-dns",
    when: "with dns.mode private-dns",
  },
];

function withoutEffect<Owner>(options: readonly Conditional<Owner>[], owner: Owner, written: Written): Finding[] {
  return options.flatMap(({ path, hasEffect, when, source }) =>
    written(...path) && !hasEffect(owner)
      ? { path, allowed: `only ${when}`, fix: "remove it, or change that", ...(source ? { source } : {}) }
      : [],
  );
}

/** Who writes an option expects that it does something. */
export const environmentOptionsHaveAnEffect: EnvironmentRule = (environment, written) =>
  withoutEffect(environmentOptions, environment, written);

/** Who writes an option expects that it does something. */
export const consumerOptionsHaveAnEffect: ConsumerRule = (consumer, written) =>
  withoutEffect(consumerOptions, consumer, written);
