import type { Interfaces } from "../model/interfaces";
import type { Network, NetworkInterface } from "../model/network";

/** Hosts that are not deployed, in places where none should be, which let everything pass. */
export interface Probes {
  /** Members of no other security group, in each subnet of the provider's VPC. */
  readonly strangers: readonly NetworkInterface[];
  /** In a private subnet, by key of the security group that each is a member of. */
  readonly members: ReadonlyMap<string, NetworkInterface>;
}

/** Adds probes to the VPC in which the environment's load balancers are. */
export function addProbes(network: Network, interfaces: Interfaces): Probes {
  const home = network.interfaces.find(({ role }) => role === "alb" || role === "nlb");
  const vpc = home && network.subnets.get(home.subnet)?.vpc;
  const subnets = [...network.subnets.values()].filter((subnet) => subnet.vpc === vpc);
  const strangers = subnets.flatMap(({ key, origin }) =>
    interfaces.add({
      role: "probe",
      label: `stranger in ${plainName(origin.address)}`,
      origin,
      subnets: [key],
      securityGroups: [],
      unguarded: true,
    }),
  );
  const groups = [...network.securityGroups.values()].filter(
    (group) => group.vpc === vpc && !group.key.includes("/aws_default_security_group."),
  );
  const members = groups.flatMap(({ key, name, origin }) =>
    interfaces.add({
      role: "probe",
      label: `other member of ${name}`,
      origin,
      subnets: home ? [home.subnet] : [],
      securityGroups: [key],
      unguarded: true,
    }),
  );
  return { strangers, members: new Map(members.map((member) => [String(member.securityGroups[0]), member])) };
}

/** `aws_subnet.network_private-subnet-1_F0ACDF2C` → `private-subnet-1`. */
const plainName = (address: string): string => address.replace(/^[\w]+\.(?:[a-z]+_)?/, "").replace(/_[0-9A-F]{8}$/, "");
