import type { Configuration, Consumer, Environment } from "../schema";
import { environmentStackIds, hcpWorkspace, stackId } from "../stack-ids";
import type { ConfigurationRule, Finding } from "./rule";
import { writtenEndpoints } from "./service-consumers";

/** Whether two accounts or VPCs may be one: a file that does not name its account may be used with any. */
const mayBeOne = (one: string | undefined, other: string | undefined) =>
  one === undefined || other === undefined || one === other;

/** VPCs in which a consumer's names resolve, by id, or by the tags that single one out. */
function vpcsOf({ dns, vpc }: Consumer): string[] {
  const own = vpc.id ?? (vpc.tags && JSON.stringify(Object.entries(vpc.tags).sort()));
  const further = dns.mode === "private-hosted-zone" ? dns.additionalVpcIds : [];
  return [...(own === undefined ? [] : [own]), ...further];
}

/** Name that a consumer makes resolve in its VPCs; undefined where it makes none. */
function resolvedName({ dns, service }: Consumer, environments: readonly Environment[]): string | undefined {
  if (dns.mode === "private-hosted-zone") return dns.name;
  if (dns.mode !== "private-dns") return undefined;
  const environment = environments.find(({ name }) => name === service.environment);
  return environment?.privatelink.privateDns?.name ?? service.name ?? `the private DNS name of ${service.environment}`;
}

/** A VPC resolves a name by one private hosted zone, and the private DNS name of an endpoint is such a zone. */
export const vpcsHaveEachNameOnce: ConfigurationRule = ({ consumers, environments }) =>
  consumers.flatMap((consumer, index) => {
    const name = resolvedName(consumer, environments);
    if (name === undefined) return [];
    const vpcs = vpcsOf(consumer);
    const other = consumers
      .slice(0, index)
      .find(
        (each) =>
          each.region === consumer.region &&
          mayBeOne(each.accountId, consumer.accountId) &&
          resolvedName(each, environments) === name &&
          vpcsOf(each).some((vpc) => vpcs.includes(vpc)),
      );
    if (other === undefined) return [];
    const zone = consumer.dns.mode === "private-hosted-zone";
    return [
      {
        owner: consumer,
        path: ["dns", zone ? "name" : "mode"],
        given: `${name}, which consumer ${other.name} also makes resolve in the same VPC`,
        allowed: "each name once in a VPC",
        fix: zone ? "choose another name, or leave the zone to one of the two" : "choose none or private-hosted-zone",
        source: zone
          ? 'Amazon Route 53 API Reference, "CreateHostedZone", ConflictingDomainExists'
          : 'AWS PrivateLink Guide, "Manage DNS names for VPC endpoint services"',
      },
    ];
  });

/** An endpoint belongs to one service. */
export const endpointsAreAcceptedByOneService: ConfigurationRule = ({ environments }) => {
  const accepted = new Map<string, Environment>();
  return environments.flatMap((environment) =>
    writtenEndpoints(environment.privatelink).flatMap(({ path, value: id }): (Finding & { owner: Environment })[] => {
      const other = accepted.get(id);
      accepted.set(id, environment);
      if (other === undefined) return [];
      if (other === environment) {
        return [
          {
            owner: environment,
            path,
            given: `${id}, which stands in another list of the file`,
            allowed: "each endpoint once, in acceptedEndpointIds of the service or of one consumer",
            fix: "remove one of the two",
          },
        ];
      }
      return [
        {
          owner: environment,
          path,
          given: `${id}, which ${other.name} also accepts`,
          allowed: "endpoints of this service",
          fix: "keep it in the environment whose service it was created to",
          source: 'Amazon EC2 API Reference, "AcceptVpcEndpointConnections"',
        },
      ];
    }),
  );
};

/** Where the states of a file are in HCP Terraform, as text. */
function statesOf(owner: Environment | Consumer): string[] {
  const { backend } = owner;
  if (backend.type !== "hcp" || !backend.hcp) return [];
  const home = `${backend.hcp.hostname}/${backend.hcp.organization}`;
  const ids = "project" in owner ? environmentStackIds(owner) : [stackId("consumer-endpoint", owner)];
  return ids.map((id) => `${home}/${hcpWorkspace(owner, id)}`);
}

/** Two stacks with one state: the second apply would delete what the first has made. */
export const statesAreApart: ConfigurationRule = ({ consumers, environments }: Configuration) => {
  const homes = new Map<string, Environment | Consumer>();
  return [...environments, ...consumers].flatMap((owner) => {
    for (const home of statesOf(owner)) {
      const other = homes.get(home);
      if (other === undefined) {
        homes.set(home, owner);
        continue;
      }
      return [
        {
          owner,
          path: "project" in owner ? ["project"] : [],
          given: `the workspace ${home}, which is also ${other.name}'s`,
          allowed: "workspaces of its own",
          fix: "choose another project name, or rename the file",
        },
      ];
    }
    return [];
  });
};
