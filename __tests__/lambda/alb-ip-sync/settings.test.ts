import { readSettings, SettingsError } from "../../../lambda/alb-ip-sync/settings";

const targetGroupArn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app-443/0123456789abcdef";
const environment = {
  ALB_ARN_SUFFIX: "app/private-app-dev/0123456789abcdef",
  ALB_DNS_NAME: "internal-private-app-dev-1.eu-west-1.elb.amazonaws.com",
  ALB_SUBNET_CIDRS: "10.0.0.0/27,2001:db8:0:1::/64",
  ALB_SUBNET_IDS: "subnet-1,subnet-2",
  MAPPINGS: JSON.stringify([{ listenerPort: 443, targetGroupArn }]),
  STATE_TABLE: "private-app-dev-alb-ip-sync",
};

function problem(changes: Record<string, string | undefined>): string {
  try {
    readSettings({ ...environment, ...changes });
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "none";
}

test("defaults are those of the configuration", () => {
  expect(readSettings(environment)).toMatchObject({
    maximumUnconfirmedRuns: 3,
    maximumDeregistrationSharePercent: 50,
    minimumHealthyTargets: 1,
    interval: 60_000,
    dryRun: false,
    authoritativeDns: false,
    dnsServers: [],
    mappings: [{ listenerPort: 443, targetGroupArn }],
  });
});

test("an address is in the ALB's subnets or not, in both families", () => {
  const { isInSubnets } = readSettings(environment);
  expect(["10.0.0.31", "10.0.0.32", "2001:db8:0:1::9", "2001:db8:0:2::9"].map(isInSubnets)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test.each([
  ["ALB_ARN_SUFFIX", "net/nlb/1"],
  ["ALB_DNS_NAME", "not a name"],
  ["ALB_SUBNET_CIDRS", "10.0.0.0/33"],
  ["ALB_SUBNET_CIDRS", ""],
  ["ALB_SUBNET_IDS", "vpc-1"],
  ["MAPPINGS", "[]"],
  ["MAPPINGS", "not JSON"],
  ["MAPPINGS", JSON.stringify([{ listenerPort: 0, targetGroupArn }])],
  ["MAPPINGS", JSON.stringify([{ listenerPort: 80, targetGroupArn: "arn:aws:s3:::bucket" }])],
  [
    "MAPPINGS",
    JSON.stringify([
      { listenerPort: 80, targetGroupArn },
      { listenerPort: 81, targetGroupArn },
    ]),
  ],
  ["MAXIMUM_UNCONFIRMED_RUNS", "-1"],
  ["MAXIMUM_DEREGISTRATION_SHARE_PERCENT", "101"],
  ["MINIMUM_HEALTHY_TARGETS", "1.5"],
  ["AUTHORITATIVE_DNS", "1"],
  ["DRY_RUN", "yes"],
  ["STATE_TABLE", undefined],
  ["DNS_SERVERS", "resolver.example"],
])("fails when %s is %s, and says what is allowed", (variable, value) => {
  const message = problem({ [variable]: value });
  expect(message).toContain(`${variable}: expected `);
  expect(message).toContain(value === undefined ? "got nothing" : `got ${JSON.stringify(value)}`);
});

test("all problems are named at once", () => {
  const message = problem({ DRY_RUN: "maybe", STATE_TABLE: "", MAPPINGS: undefined });
  expect(message.split("\n").map((line) => line.split(":")[0])).toEqual([
    "environment variables are wrong",
    "MAPPINGS",
    "DRY_RUN",
    "STATE_TABLE",
  ]);
});

test("DNS servers may have ports and IPv6 addresses", () => {
  expect(readSettings({ ...environment, DNS_SERVERS: "127.0.0.1:5353,[::1]:53,10.0.0.2" }).dnsServers).toHaveLength(3);
});
