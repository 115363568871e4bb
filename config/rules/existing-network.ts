import { closest } from "../closest";
import { gatewayEndpoints, interfaceEndpoints, neededInterfaceEndpoints, zoneCount } from "../derive";
import type { Environment } from "../schema";
import type { ConfigurationRule, EnvironmentRule, Finding } from "./rule";

/** A VPC is created, or it exists. */
export const networkHasOneOrigin: EnvironmentRule = ({ network }) => {
  const { cidr, existing } = network;
  if (Boolean(cidr) !== Boolean(existing)) return [];
  return [
    {
      path: ["network"],
      given: cidr ? "both cidr and existing" : "neither cidr nor existing",
      allowed: "exactly one of cidr and existing",
      fix: cidr ? "remove one of them" : "write cidr to create a VPC, or existing to use one",
    },
  ];
};

type Subnets = NonNullable<Environment["network"]["existing"]>["privateSubnets"];

const kinds = ["privateSubnets", "isolatedSubnets"] as const;

/** Subnets of each kind that are written. */
const chosen = ({ existing }: Environment["network"]): { kind: (typeof kinds)[number]; subnets: Subnets }[] =>
  kinds.flatMap((kind) => {
    const subnets = existing?.[kind];
    return subnets ? [{ kind, subnets }] : [];
  });

/** Subnets are given by id, or by tags in zones that are named. */
export const existingSubnetsAreChosenOnce: EnvironmentRule = ({ network }) =>
  chosen(network).flatMap(({ kind, subnets: { ids, tags } }): Finding[] => {
    const path = ["network", "existing", kind];
    if (Boolean(ids) === Boolean(tags)) {
      const given = ids ? "both ids and tags" : "neither ids nor tags";
      return [{ path, given, allowed: "exactly one of ids and tags", fix: "give one of them" }];
    }
    if (!tags) return [];
    if (Object.keys(tags).length === 0) {
      return [
        { path: [...path, "tags"], allowed: "at least one tag", fix: "name the tags of these subnets, or use ids" },
      ];
    }
    if (network.availabilityZoneIds) return [];
    return [
      {
        path: [...path, "tags"],
        allowed: "tags only with network.availabilityZoneIds, since one subnet is looked up in each zone",
        fix: "name the zones, or use ids",
      },
    ];
  });

/** Database and mount targets have one subnet in each zone that tasks are in. */
export const existingSubnetsCoverTheZones: EnvironmentRule = (environment) => {
  const wanted = zoneCount(environment);
  return chosen(environment.network).flatMap(({ kind, subnets: { ids } }): Finding[] => {
    if (!ids || ids.length === wanted) return [];
    return [
      {
        path: ["network", "existing", kind, "ids"],
        given: `${ids.length} subnets`,
        allowed: `${wanted} subnets, one in each zone of privateSubnets`,
        fix: `give ${wanted} subnets`,
        source: 'Amazon EFS User Guide, "Managing mount targets"',
      },
    ];
  });
};

/** Words that `provides` may hold besides the services that an environment names itself. */
const services = [
  "autoscaling",
  "dynamodb",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "elasticfilesystem",
  "elasticloadbalancing",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "nat",
  "s3",
  "secretsmanager",
  "ssm",
  "ssmmessages",
  "sts",
];

/** What the VPC provides is known by its name: a misspelt one would be created again. */
export const providedServicesAreKnown: EnvironmentRule = (environment) => {
  const { additionalInterfaceEndpoints, existing } = environment.network;
  const known = [...new Set([...services, ...neededInterfaceEndpoints(environment), ...additionalInterfaceEndpoints])];
  return (existing?.provides ?? []).flatMap((name, index): Finding[] =>
    known.includes(name)
      ? []
      : [
          {
            path: ["network", "existing", "provides", index],
            allowed: `what the environment could use: ${known.sort().join(", ")}`,
            fix: `write ${closest(name, known) ?? "one of these"}, or remove it`,
          },
        ],
  );
};

/** Gateway endpoints need the route tables that lead to them. */
export const gatewayEndpointsHaveRouteTables: EnvironmentRule = (environment) => {
  const { existing } = environment.network;
  if (!existing) return [];
  const created = gatewayEndpoints(environment);
  const path = ["network", "existing", "routeTableIds"];
  if (created.length > 0 && existing.routeTableIds.length === 0) {
    return [
      {
        path,
        given: "no route tables",
        allowed: `the route tables of the private subnets, for the gateway endpoint of ${created.join(" and ")}`,
        fix: `name them, or add ${created.join(" and ")} to provides where the VPC has the endpoint`,
        source: 'AWS PrivateLink Guide, "Gateway endpoints"',
      },
    ];
  }
  if (created.length > 0 || existing.routeTableIds.length === 0) return [];
  return [{ path, allowed: "only where a gateway endpoint is created", fix: "remove it, or remove s3 from provides" }];
};

/** A second interface endpoint with private DNS for one service is refused, a second gateway endpoint in a route table also. */
export const environmentsShareEndpoints: ConfigurationRule = ({ environments }) =>
  environments.flatMap((environment, index) => {
    const { existing } = environment.network;
    if (!existing) return [];
    const created = [...gatewayEndpoints(environment), ...interfaceEndpoints(environment)];
    return environments.slice(0, index).flatMap((other) => {
      if (other.network.existing?.vpcId !== existing.vpcId) return [];
      const twice = [...gatewayEndpoints(other), ...interfaceEndpoints(other)].filter((name) => created.includes(name));
      if (twice.length === 0) return [];
      return [
        {
          owner: environment,
          path: ["network", "existing", "provides"],
          allowed: `in the VPC that ${other.name} uses also: what ${other.name} creates there (${twice.join(", ")})`,
          fix: `add ${twice.join(", ")}`,
          source: 'AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint"',
        },
      ];
    });
  });
