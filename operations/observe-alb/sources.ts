import { type EC2Client, EC2Client as Ec2 } from "@aws-sdk/client-ec2";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { authoritativeResolver, cachingResolver, type Resolve } from "../../lambda/alb-ip-sync/dns";
import { sources as functionSources } from "../../lambda/alb-ip-sync/sources";
import { loadBalancer } from "../verify/load-balancer";
import type { Sources } from "./observe";

interface Clients {
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
}

interface Names {
  readonly alb: string;
  readonly nlb: string;
}

const TIMEOUT_MILLISECONDS = 20_000;

export const clientsFor = (options: ConstructorParameters<typeof Ec2>[0] & object): Clients => ({
  ec2: new Ec2(options),
  elb: new ElasticLoadBalancingV2Client(options as object),
});

/** There is no fallback: a record says which source did not answer. */
const onlyAuthoritative = (): Resolve =>
  authoritativeResolver(() => Promise.reject(new Error("no authoritative server answers")));

/**
 * The sync Lambda's own eyes, for an ALB and the NLB in front of it. Makes four kinds of calls: docs/ip-sync.md has the
 * policy.
 *
 * @throws Error if one of the two does not exist
 */
export async function albSources(
  clients: Clients,
  names: Names,
  authoritative: Resolve = onlyAuthoritative(),
  resolver: Resolve = cachingResolver(),
): Promise<Sources> {
  const { elb } = clients;
  const [alb, nlb] = [await loadBalancer(elb, names.alb), await loadBalancer(elb, names.nlb)];
  const { TargetGroups = [] } = await elb.send(
    new DescribeTargetGroupsCommand({ LoadBalancerArn: nlb.LoadBalancerArn }),
  );
  const settings = {
    albArnSuffix: alb.LoadBalancerArn?.split("loadbalancer/")[1] ?? "",
    albDnsName: alb.DNSName ?? "",
    albSubnetIds: (alb.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
  };
  const eyes = () => {
    const reading = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    return functionSources(clients, settings, resolver, { reading, acting: reading });
  };
  return {
    albAddresses: () => eyes().albAddresses(),
    authoritative: () => authoritative(settings.albDnsName),
    resolver: () => resolver(settings.albDnsName),
    targets: async () => {
      const all = TargetGroups.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
      return new Map(await Promise.all(all.map(async (arn) => [arn, await eyes().targets(arn)] as const)));
    },
  };
}
