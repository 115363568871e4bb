import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { ConfigurationError } from "./problem";
import { projectPath } from "./project";

const id = (kind: string) => z.string().regex(new RegExp(`^${kind}-[0-9a-f]+$`));
const portNumber = z.int().min(-1).max(65535).optional();

const statement = z.strictObject({
  effect: z.enum(["Allow", "Deny"]),
  actions: z.array(z.string()),
  resources: z.array(z.string()),
  conditions: z.array(z.strictObject({ test: z.string(), variable: z.string(), values: z.array(z.string()) })),
});

const snapshotSchema = z.strictObject({
  accountId: z.string().regex(/^\d{12}$/),
  vpc: z.strictObject({
    id: id("vpc"),
    cidrBlocks: z.array(z.string()).min(1),
    dnsSupport: z.boolean(),
    dnsHostnames: z.boolean(),
    internetGatewayId: id("igw").optional(),
  }),
  /** With the route table and the network ACL that count for each. */
  subnets: z.array(
    z.strictObject({
      id: id("subnet"),
      cidrBlock: z.string(),
      availabilityZoneId: z.string(),
      routeTableId: id("rtb"),
      networkAclId: id("acl"),
      tags: z.record(z.string(), z.string()),
    }),
  ),
  /** Routes by IPv4 block, without the local ones; the target is an id such as nat-0123456789abcdef0. */
  routeTables: z.array(
    z.strictObject({
      id: id("rtb"),
      routes: z.array(z.strictObject({ destination: z.string(), target: z.string() })),
    }),
  ),
  networkAcls: z.array(
    z.strictObject({
      id: id("acl"),
      entries: z.array(
        z.strictObject({
          egress: z.boolean(),
          number: z.int(),
          allow: z.boolean(),
          /** `-1` for all, else the number. */
          protocol: z.string(),
          cidrBlock: z.string(),
          fromPort: portNumber,
          toPort: portNumber,
        }),
      ),
    }),
  ),
  natGateways: z.array(z.strictObject({ id: id("nat"), subnetId: id("subnet"), public: z.boolean() })),
  endpoints: z.array(
    z.strictObject({
      id: id("vpce"),
      serviceName: z.string(),
      type: z.enum(["Gateway", "Interface"]),
      privateDns: z.boolean(),
      subnetIds: z.array(id("subnet")),
      routeTableIds: z.array(id("rtb")),
      securityGroupIds: z.array(id("sg")),
      /** Statements of its policy; none: AWS's default one, which allows everything. */
      policy: z.array(statement).optional(),
    }),
  ),
  securityGroups: z.array(
    z.strictObject({
      id: id("sg"),
      name: z.string(),
      rules: z.array(
        z.strictObject({
          egress: z.boolean(),
          protocol: z.string(),
          fromPort: portNumber,
          toPort: portNumber,
          /** An IPv4 block, a security group or a prefix list. */
          peer: z.string(),
        }),
      ),
    }),
  ),
});

/** What paths depend on in a VPC that exists: read from AWS by `network-snapshot`, and reviewed as a file. */
export type NetworkSnapshot = z.output<typeof snapshotSchema>;

/** File of a VPC's snapshot, in the project folder. */
export const snapshotFile = (vpcId: string): string => projectPath("config", "networks", `${vpcId}.json`);

/**
 * The snapshot of a VPC; undefined where none was taken.
 *
 * @throws ConfigurationError that names what in the file is not valid
 */
export function readSnapshot(vpcId: string): NetworkSnapshot | undefined {
  const file = snapshotFile(vpcId);
  if (!existsSync(file)) return undefined;
  const problem = (path: string, given: string, allowed: string) =>
    new ConfigurationError([
      {
        file: `config/networks/${vpcId}.json`,
        path,
        given,
        allowed,
        fix: "take the snapshot again: npx ecs-privatelink network-snapshot",
      },
    ]);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw problem("", "no JSON", "what network-snapshot writes");
  }
  const parsed = snapshotSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw problem(issue?.path.join(".") ?? "", issue?.message ?? "", "what network-snapshot writes");
  }
  if (parsed.data.vpc.id !== vpcId) throw problem("vpc.id", parsed.data.vpc.id, vpcId);
  return parsed.data;
}
