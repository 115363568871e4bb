import fc from "fast-check";
import { addressRange, interfaceEndpoints, serviceListeners, stateBucket, subnetBlocks } from "../../config/derive";
import { architectureOf, instanceSize } from "../../config/instance-types";
import { minimalEnvironment } from "../../config/minimal";
import { partition, zonePrefix } from "../../config/regions";
import { seed } from "../lane";
import { consumerOf, environmentOf } from "../synth";

describe("subnets", () => {
  const lengths = fc.record({
    public: fc.integer({ min: 16, max: 28 }),
    private: fc.integer({ min: 16, max: 28 }),
    isolated: fc.integer({ min: 16, max: 28 }),
  });
  const vpc = fc
    .tuple(fc.nat(255), fc.integer({ min: 16, max: 24 }))
    .map(([second, length]) => `10.${second}.0.0/${length}`);

  test("lie in the VPC's block, aligned and apart, wherever they fit", () => {
    fc.assert(
      fc.property(vpc, lengths, (cidr, prefixLengths) => {
        const zones = subnetBlocks(cidr, 3, prefixLengths);
        const needed = Object.values(prefixLengths).reduce((sum, length) => sum + 3 * 2 ** (32 - length), 0);
        const whole = addressRange(cidr);
        expect(zones !== undefined).toBe(needed <= whole.last - whole.first + 1);
        const ranges = (zones ?? []).flatMap((zone) => Object.values(zone)).map(addressRange);
        ranges.sort((a, b) => a.first - b.first);
        ranges.forEach(({ first, last }, index) => {
          expect(first % (last - first + 1)).toBe(0);
          expect(first).toBeGreaterThan(ranges[index - 1]?.last ?? whole.first - 1);
          expect(last).toBeLessThanOrEqual(whole.last);
        });
      }),
      { seed },
    );
  });

  test("stay where they are when a zone is added", () => {
    const defaults = { public: 26, private: 22, isolated: 26 };
    expect(subnetBlocks("10.20.0.0/16", 3, defaults)?.slice(0, 2)).toEqual(subnetBlocks("10.20.0.0/16", 2, defaults));
  });
});

describe("interface endpoints without NAT", () => {
  const withoutNat = { network: { cidr: "10.20.0.0/16", natGateways: "none" as const } };

  test("those that ECS on EC2 needs", () => {
    expect(interfaceEndpoints(environmentOf(withoutNat))).toEqual(
      expect.arrayContaining([
        "ecr.api",
        "ecr.dkr",
        "ecs",
        "ecs-agent",
        "ecs-telemetry",
        "kms",
        "logs",
        "secretsmanager",
        "ssm",
        "ssmmessages",
      ]),
    );
  });

  test("a way onto the instances, also while they only wait for their tasks to move", () => {
    const compute = { launchType: "FARGATE" as const, fargate: { keepInstances: true } };
    expect(interfaceEndpoints(environmentOf({ ...withoutNat, compute }))).toContain("ssmmessages");
    expect(interfaceEndpoints(environmentOf({ ...withoutNat, compute: { launchType: "FARGATE" } }))).not.toContain(
      "ssmmessages",
    );
  });

  test("none of the agent's on Fargate; Exec needs one more", () => {
    const application = { ...minimalEnvironment.application, executeCommand: true };
    const endpoints = interfaceEndpoints(
      environmentOf({ ...withoutNat, application, compute: { launchType: "FARGATE" } }),
    );
    expect(endpoints).toContain("ssmmessages");
    expect(endpoints).not.toContain("ecs-agent");
  });

  test("with NAT: only those that are asked for", () => {
    const network = { cidr: "10.20.0.0/16", additionalInterfaceEndpoints: ["sqs"] };
    expect(interfaceEndpoints(environmentOf({ network }))).toEqual(["sqs"]);
    expect(interfaceEndpoints(environmentOf())).toEqual([]);
  });
});

test("listeners of the service are the ALB's unless others are named", () => {
  const compute = { loadBalancer: { listeners: [{ port: 80 }, { port: 8080 }] } };
  expect(serviceListeners(environmentOf({ compute })).map(({ port }) => port)).toEqual([80, 8080]);
  const privatelink = { ...minimalEnvironment.privatelink, listeners: [{ port: 9000, albListenerPort: 8080 }] };
  expect(serviceListeners(environmentOf({ compute, privatelink }))).toEqual([
    { port: 9000, albListenerPort: 8080, albProtocol: "HTTP" },
  ]);
});

test("the state's bucket is named after what keeps it apart", () => {
  const consumer = { region: "eu-central-1", service: { environment: "test" }, vpc: { cidr: "10.90.0.0/24" } } as const;
  expect(stateBucket(environmentOf())).toBe("private-app-test-tfstate-111122223333");
  expect(stateBucket(consumerOf({ ...consumer, accountId: "444455556666" }))).toBe(
    "consumer-test-tfstate-444455556666",
  );
  expect(stateBucket(consumerOf(consumer))).toBeUndefined();
});

test.each([
  ["eu-central-1", "euc1", "aws"],
  ["ap-southeast-7", "apse7", "aws"],
  ["ap-northeast-1", "apne1", "aws"],
  ["us-gov-east-1", "usge1", "aws-us-gov"],
  ["me-south-1", "mes1", "aws"],
] as const)("zones of %s begin with %s, its ARNs with arn:%s", (region, prefix, name) => {
  expect(zonePrefix(region)).toBe(prefix);
  expect(partition(region)).toBe(name);
});

test.each([
  ["t4g.small", "ARM64", { vcpus: 2, memoryMib: 2048, networkInterfaces: 3 }],
  ["m7g.large", "ARM64", { vcpus: 2, memoryMib: 8192, networkInterfaces: 3 }],
  ["c6a.4xlarge", "X86_64", { vcpus: 16, memoryMib: 32768, networkInterfaces: 8 }],
  ["r7gd.medium", "ARM64", { vcpus: 1, memoryMib: 8192, networkInterfaces: 2 }],
  ["m5.24xlarge", "X86_64", { vcpus: 96, memoryMib: 393216, networkInterfaces: 15 }],
  ["g4dn.xlarge", "X86_64", undefined],
  ["g5g.xlarge", "ARM64", undefined],
  ["a1.large", "ARM64", undefined],
  ["u-6tb1.metal", "X86_64", undefined],
] as const)("%s is %s with %j", (type, architecture, size) => {
  expect(architectureOf(type)).toBe(architecture);
  expect(instanceSize(type)).toEqual(size);
});
