import fc from "fast-check";
import { loadConfiguration } from "../../config/load";
import { consumerNames, environmentNames, type NameKind, nameRules, refusal } from "../../config/names";
import { consumerSchema, environmentSchema } from "../../config/schema";
import { anyConfiguration } from "../../proof/arbitraries/configuration";
import { runs } from "../lane";
import { type Block, environmentOf, type StackJson, synthesize } from "../synth";

/** Attributes by which a resource is known, in AWS's terms; the table has those that are made from a person's words. */
const NAMING = /^(name|name_prefix|identifier|family|bucket|bucket_prefix|alias|.*_name)$/;

/** Attributes of the same form that name something else, or hold a fixed text. */
const OTHERS: readonly string[] = [
  // References to what another resource names.
  "aws_appautoscaling_policy.service_namespace",
  "aws_cloudwatch_contributor_managed_insight_rule.template_name",
  "aws_db_instance.db_subnet_group_name",
  "aws_db_instance.parameter_group_name",
  "aws_ecs_cluster_capacity_providers.cluster_name",
  "aws_lambda_function_event_invoke_config.function_name",
  "aws_lambda_permission.function_name",
  // Names within what has a name.
  "aws_appautoscaling_policy.name",
  "aws_appautoscaling_scheduled_action.name",
  "aws_iam_role_policy.name",
  // Options with a form of their own.
  "aws_db_instance.db_name",
  "aws_db_parameter_group.family",
  "aws_rds_cluster.database_name",
  "aws_rds_cluster_parameter_group.family",
  "aws_route53_record.name",
  "aws_route53_zone.name",
  "aws_vpc_endpoint.service_name",
  "aws_vpc_endpoint_service.private_dns_name",
  // Counted by CloudWatch for what has a name.
  "aws_cloudwatch_metric_alarm.metric_name",
  "aws_cloudwatch_metric_alarm.alarm_name",
];

interface Found {
  readonly kind: string;
  readonly name: string;
}

/** Names in the JSON of some stacks that are texts, not references. */
function namesIn(stacks: Readonly<Record<string, StackJson>>): Found[] {
  return Object.values(stacks).flatMap(({ resource }) =>
    Object.entries(resource).flatMap(([type, blocks]) =>
      Object.values<Block>(blocks).flatMap((block) =>
        Object.entries(block).flatMap(([attribute, value]) =>
          NAMING.test(attribute) && typeof value === "string" && !value.includes("${")
            ? [{ kind: `${type}.${attribute}`, name: value }]
            : [],
        ),
      ),
    ),
  );
}

/** The hash in a target group's name says what replaces it. */
const comparable = ({ kind, name }: Found) =>
  `${kind} ${kind === "aws_lb_target_group.name" ? name.replace(/(-\d+)-[0-9a-f]{4}$/, "$1-0000") : name}`;

const isKnown = (kind: string): kind is NameKind => Object.hasOwn(nameRules, kind);

test.each([
  ["those of the project", () => loadConfiguration()],
  ...fc.sample(anyConfiguration, { numRuns: runs(8), seed: 18 }).map(
    (input, index) =>
      [
        `random ones, ${index + 1}`,
        () => ({
          environments: Object.entries(input.environments).map(([name, each]) => ({
            ...environmentSchema.parse(each),
            name,
          })),
          consumers: Object.entries(input.consumers).map(([name, each]) => ({ ...consumerSchema.parse(each), name })),
        }),
      ] as const,
  ),
] as const)("every name that the stacks build is in the table, and one that AWS takes: %s", (_what, configuration) => {
  const owners = configuration();
  const built = new Set(
    [...owners.environments.flatMap(environmentNames), ...owners.consumers.flatMap(consumerNames)].map(comparable),
  );
  const found = namesIn(synthesize(owners).stacks);
  expect(found.length).toBeGreaterThan(0);
  const unknown = found.filter((each) => !isKnown(each.kind) && !OTHERS.includes(each.kind));
  expect(unknown).toEqual([]);
  const named = found.filter((each) => isKnown(each.kind) && each.kind !== "aws_cloudwatch_metric_alarm.alarm_name");
  expect(named.filter((each) => !built.has(comparable(each)))).toEqual([]);
  expect(
    found.flatMap(({ kind, name }) => (isKnown(kind) && refusal({ kind, name }) ? [`${kind} ${name}`] : [])),
  ).toEqual([]);
});

test("names of an environment with everything are all built", () => {
  const environment = environmentOf({ network: { cidr: "10.20.0.0/16", additionalInterfaceEndpoints: ["sqs"] } });
  const found = new Set(namesIn(synthesize({ environments: [environment], consumers: [] }).stacks).map(comparable));
  const missing = environmentNames(environment)
    .map(comparable)
    .filter((name) => !found.has(name));
  // Made by another command, and by options that this environment has not.
  expect(
    missing.filter((name) => !/deploy-(apply|plan)$|security_group.name .*alb-ip-sync$|alb-ip-sync-events$/.test(name)),
  ).toEqual([]);
});

test("the sync function's variables fit as long as the rule lets listeners be", () => {
  const arn = `arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:111122223333:targetgroup/${"x".repeat(32)}/${"0".repeat(16)}`;
  const listeners = Array.from({ length: 18 }, (_, index) => ({ port: 10000 + index, albListenerPort: 80 }));
  const environment = environmentOf(
    {
      project: "private-apps1",
      network: { cidr: "10.20.0.0/16" },
      privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", listeners },
    },
    "prod12",
  );
  const { stacks } = synthesize({ environments: [environment], consumers: [] });
  const [block] = Object.values<Block>(stacks["privatelink-service-prod12"]?.resource.aws_lambda_function ?? {});
  const variables: Record<string, string> = block?.environment.variables;
  const mappings = JSON.stringify(
    listeners.map(() => ({ listenerPort: 65535, targetGroupArn: arn, ipAddressType: "ipv4" })),
  );
  const resolved = Object.entries(variables).map(([name, value]) => {
    if (name === "MAPPINGS") return name + mappings;
    if (/SUBNET_IDS/.test(name)) return name + Array(3).fill("subnet-0123456789abcdef0").join();
    if (/CIDRS/.test(name)) return name + Array(3).fill("100.100.100.0/22").join();
    if (/DNS_NAME/.test(name)) return `${name}internal-${"x".repeat(32)}-1234567890.us-gov-west-1.elb.amazonaws.com`;
    return name + (value.includes("${") ? `app/${"x".repeat(32)}/${"0".repeat(16)}` : value);
  });
  expect(resolved.join("").length).toBeLessThanOrEqual(4096);
});

test("inline policies stay below what IAM takes for a role", () => {
  const listeners = Array.from({ length: 18 }, (_, index) => ({ port: 10000 + index, albListenerPort: 80 }));
  const environment = environmentOf({ privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", listeners } });
  const { stacks } = synthesize({ environments: [environment], consumers: [] });
  const sizes = Object.values(stacks).flatMap(({ data }) =>
    Object.values<Block>(data.aws_iam_policy_document ?? {}).map((block) => {
      // An ARN for every reference, and no blanks, as IAM counts.
      const text = JSON.stringify(block.statement).replace(/\$\{[^}]*\}/g, "x".repeat(130));
      return text.replace(/\s/g, "").length;
    }),
  );
  expect(Math.max(...sizes)).toBeLessThan(10240);
});
