/**
 * On-demand list prices in US dollars, noted on one day for one Region and not read from AWS's price list by a machine:
 * prices change and differ by Region, so an estimate compares choices better than it foretells a bill.
 */
export const prices = {
  asOf: "2026-11-24",
  region: "us-east-1",
  hoursPerMonth: 730,
  natGatewayHour: 0.045,
  publicIpv4Hour: 0.005,
  interfaceEndpointZoneHour: 0.01,
  networkLoadBalancerHour: 0.0225,
  applicationLoadBalancerHour: 0.0225,
  ebsGp3GibMonth: 0.08,
  rdsGp3GibMonth: 0.115,
  auroraAcuHour: 0.12,
  auroraGibMonth: 0.1,
  efsGibMonth: 0.3,
  s3GibMonth: 0.023,
  kmsKeyMonth: 1,
  secretMonth: 0.4,
  alarmMonth: 0.1,
  insightRuleMonth: 0.5,
  dashboardMonth: 3,
  webAclMonth: 5,
  webAclRuleMonth: 1,
  webAclMillionRequests: 0.6,
  logsIngestedGib: 0.5,
  lambdaGibSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  lambdaMillionRequests: 0.2,
  fargate: {
    ARM64: { vcpuHour: 0.03238, gibHour: 0.00356 },
    X86_64: { vcpuHour: 0.04048, gibHour: 0.004445 },
  },
  /** Per GB that passes. */
  traffic: {
    "NAT gateway": 0.045,
    "Interface endpoint (PrivateLink)": 0.01,
    "Between Availability Zones, each direction": 0.01,
    "CloudWatch Logs, ingested": 0.5,
  },
} as const;

/** Per hour, of the size `large`: within a family the price is in proportion to the size. */
const largeInstance: Readonly<Record<string, number>> = {
  t4g: 0.0672,
  t3: 0.0832,
  t3a: 0.0752,
  m6g: 0.077,
  m7g: 0.0816,
  m6i: 0.096,
  m7i: 0.1008,
  c6g: 0.068,
  c7g: 0.0725,
  c6i: 0.085,
  r6g: 0.1008,
  r7g: 0.1071,
};

/** Per hour, PostgreSQL, one zone, of the size `large`. */
const largeDatabase: Readonly<Record<string, number>> = {
  t4g: 0.129,
  t3: 0.145,
  m6g: 0.159,
  m7g: 0.168,
  m6i: 0.178,
  r6g: 0.225,
  r7g: 0.239,
};

/** Sizes as multiples of `large`. */
const sizes: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
  xlarge: 2,
  "2xlarge": 4,
  "4xlarge": 8,
  "8xlarge": 16,
  "12xlarge": 24,
  "16xlarge": 32,
};

/** Price per hour of an EC2 instance type such as `t4g.small`; undefined where the table has none. */
export const instanceHour = (type: string): number | undefined => sized(type, largeInstance);

/** Price per hour of an RDS class such as `db.t4g.micro` in one zone; undefined where the table has none. */
export const databaseHour = (type: string): number | undefined => sized(type.replace(/^db\./, ""), largeDatabase);

function sized(type: string, large: Readonly<Record<string, number>>): number | undefined {
  const [family = "", size = ""] = type.split(".");
  const [price, factor] = [large[family], sizes[size]];
  return price === undefined || factor === undefined ? undefined : price * factor;
}
