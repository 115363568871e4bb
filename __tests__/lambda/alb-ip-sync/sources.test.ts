import { createSocket, type Socket } from "node:dgram";
import { DescribeNetworkInterfacesCommand, EC2Client, type NetworkInterface } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { mockClient } from "aws-sdk-client-mock";
import { createClients, timeBudget } from "../../../lambda/alb-ip-sync/clients";
import { authoritativeResolver, cachingResolver } from "../../../lambda/alb-ip-sync/dns";
import { readSettings } from "../../../lambda/alb-ip-sync/settings";
import { sources } from "../../../lambda/alb-ip-sync/sources";
import { withVariables } from "../../variables";

const ec2 = mockClient(EC2Client);
const elb = mockClient(ElasticLoadBalancingV2Client);
const targetGroupArn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/1";
const description = "ELB app/app/1";

function sourcesWith(changes: Record<string, string> = {}) {
  const settings = readSettings({
    ALB_ARN_SUFFIX: "app/app/1",
    ALB_DNS_NAME: "alb.example",
    ALB_SUBNET_CIDRS: "10.0.0.0/24",
    ALB_SUBNET_IDS: "subnet-1,subnet-2",
    MAPPINGS: JSON.stringify([{ listenerPort: 80, targetGroupArn }]),
    STATE_TABLE: "history",
    ...changes,
  });
  return sources(createClients(), settings, cachingResolver(settings.dnsServers), timeBudget(10_000));
}

const node = (address: string, changes: Partial<NetworkInterface> = {}): NetworkInterface => ({
  Description: description,
  RequesterManaged: true,
  Attachment: { Status: "attached", AttachTime: new Date(1000) },
  PrivateIpAddress: address,
  ...changes,
});

withVariables({ AWS_REGION: "eu-west-1" });
beforeEach(() => {
  ec2.reset();
  elb.reset();
});

describe("addresses of the ALB", () => {
  test("are read from all pages", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [node("10.0.0.1")], NextToken: "2" });
    ec2
      .on(DescribeNetworkInterfacesCommand, { NextToken: "2" })
      .resolves({ NetworkInterfaces: [], NextToken: "3" })
      .on(DescribeNetworkInterfacesCommand, { NextToken: "3" })
      .resolves({ NetworkInterfaces: [node("10.0.0.2")] });
    expect([...(await sourcesWith().albAddresses())]).toEqual([
      ["10.0.0.1", 1000],
      ["10.0.0.2", 1000],
    ]);
    expect(ec2.commandCalls(DescribeNetworkInterfacesCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: "description", Values: [description] },
    ]);
  });

  test("are every IPv4 address of an interface", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({
      NetworkInterfaces: [
        node("10.0.0.1", {
          PrivateIpAddresses: [{ PrivateIpAddress: "10.0.0.1" }, { PrivateIpAddress: "10.0.0.7" }],
          Ipv6Addresses: [{ Ipv6Address: "2001:db8::5" }],
        }),
      ],
    });
    expect([...(await sourcesWith().albAddresses()).keys()]).toEqual(["10.0.0.1", "10.0.0.7"]);
  });

  test("are none at all where one page fails: half an answer would be a lie", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [node("10.0.0.1")], NextToken: "2" });
    ec2.on(DescribeNetworkInterfacesCommand, { NextToken: "2" }).rejects(new Error("RequestLimitExceeded"));
    await expect(sourcesWith().albAddresses()).rejects.toThrow("RequestLimitExceeded");
  });

  test.each<[string, Partial<NetworkInterface>]>([
    ["is being attached", { Attachment: { Status: "attaching" } }],
    ["is being detached", { Attachment: { Status: "detaching" } }],
    ["is attached to nothing", { Attachment: undefined }],
    ["belongs to a load balancer whose name begins alike", { Description: "ELB app/app/12" }],
    ["bears the description but was made by a user", { RequesterManaged: false }],
  ])("do not include an interface that %s", async (_, changes) => {
    ec2
      .on(DescribeNetworkInterfacesCommand)
      .resolves({ NetworkInterfaces: [node("10.0.0.1"), node("10.0.0.2", changes)] });
    expect([...(await sourcesWith().albAddresses()).keys()]).toEqual(["10.0.0.1"]);
  });
});

describe("addresses of others", () => {
  test("are those that an interface in the ALB's subnets holds which is not the ALB's", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({
      NetworkInterfaces: [
        node("10.0.0.1", { Description: "somebody else's", RequesterManaged: false }),
        node("10.0.0.2", { Attachment: { Status: "detaching" } }),
      ],
    });
    expect([...(await sourcesWith().foreignAddresses(["10.0.0.1", "10.0.0.2", "10.0.0.3"]))]).toEqual([
      ["10.0.0.1", 1000],
    ]);
    expect(ec2.commandCalls(DescribeNetworkInterfacesCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: "subnet-id", Values: ["subnet-1", "subnet-2"] },
      { Name: "addresses.private-ip-address", Values: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] },
    ]);
  });

  test("are asked for in parts that a filter takes", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({});
    await sourcesWith().foreignAddresses(Array.from({ length: 201 }, (_, index) => `10.0.0.${index}`));
    expect(ec2.commandCalls(DescribeNetworkInterfacesCommand)).toHaveLength(2);
  });
});

test("targets come with their port and state", async () => {
  elb.on(DescribeTargetHealthCommand, { TargetGroupArn: targetGroupArn }).resolves({
    TargetHealthDescriptions: [
      { Target: { Id: "10.0.0.1", Port: 80 }, TargetHealth: { State: "healthy" } },
      { Target: { Id: "10.0.0.2", Port: 8080 }, TargetHealth: { State: "draining" } },
      { Target: { Id: "10.0.0.3", Port: 80 } },
    ],
  });
  expect(await sourcesWith().targets(targetGroupArn)).toEqual([
    { address: "10.0.0.1", port: 80, state: "healthy" },
    { address: "10.0.0.2", port: 8080, state: "draining" },
    { address: "10.0.0.3", port: 80, state: "unknown" },
  ]);
});

describe("DNS", () => {
  let server: Socket;
  let records: Buffer[] = [];
  let timeToLive = 60;

  beforeAll(async () => {
    server = createSocket("udp4");
    server.on("message", (query, { address, port }) =>
      server.send(answerTo(query, records, timeToLive), port, address),
    );
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
  });
  const withServer = () => sourcesWith({ DNS_SERVERS: `127.0.0.1:${server.address().port}` });

  test("is asked at the given server; the time to live says how old an answer is", async () => {
    records = [Buffer.from([10, 0, 0, 1]), Buffer.from([10, 0, 0, 2])];
    const { addresses, age } = await withServer().resolve();
    expect([...addresses].sort()).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(age).toBe(0);
    timeToLive = 22;
    expect((await withServer().resolve()).age).toBe(38_000);
    timeToLive = 60;
  });

  test("that has no record rejects", async () => {
    records = [];
    await expect(withServer().resolve()).rejects.toThrow("ENODATA");
  });

  test("falls back to the environment's resolver where no authoritative server is found, and does not try again at once", async () => {
    const asked: string[] = [];
    const fallback = async (name: string) => {
      asked.push(name);
      return { addresses: ["10.0.0.9"], age: 5000 };
    };
    const resolve = authoritativeResolver(fallback, () => 0);
    expect(await resolve("name-without-zone")).toEqual({ addresses: ["10.0.0.9"], age: 5000 });
    expect(await resolve("name-without-zone")).toEqual({ addresses: ["10.0.0.9"], age: 5000 });
    expect(asked).toHaveLength(2);
  });
});

/** A DNS answer with A records to a query with one question (RFC 1035). */
function answerTo(query: Buffer, addresses: readonly Buffer[], timeToLive: number): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, addresses.length, 0, 0, 0, 0]);
  const answers = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, timeToLive, 0, address.length, ...address]),
  );
  return Buffer.concat([header, question, ...answers]);
}
