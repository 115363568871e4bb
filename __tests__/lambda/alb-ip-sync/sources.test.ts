import { createSocket, type Socket } from "node:dgram";
import { DescribeNetworkInterfacesCommand, EC2Client, type NetworkInterface } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { mockClient } from "aws-sdk-client-mock";
import { createClients, timeBudget } from "../../../lambda/alb-ip-sync/clients";
import { readSettings } from "../../../lambda/alb-ip-sync/settings";
import { sources } from "../../../lambda/alb-ip-sync/sources";

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
    STATE_TABLE: "counters",
    ...changes,
  });
  return sources(createClients(), settings, timeBudget(10_000));
}

const node = (address: string, changes: Partial<NetworkInterface> = {}): NetworkInterface => ({
  Description: description,
  RequesterManaged: true,
  Attachment: { Status: "attached" },
  PrivateIpAddress: address,
  ...changes,
});

beforeAll(() => {
  process.env.AWS_REGION = "eu-west-1";
});
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
    expect(await sourcesWith().albAddresses()).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(ec2.commandCalls(DescribeNetworkInterfacesCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: "description", Values: [description] },
    ]);
  });

  test("are both families' and every address of an interface, IPv6 in one spelling", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({
      NetworkInterfaces: [
        node("10.0.0.1", {
          PrivateIpAddresses: [{ PrivateIpAddress: "10.0.0.1" }, { PrivateIpAddress: "10.0.0.7" }],
          Ipv6Addresses: [{ Ipv6Address: "2001:0db8:0:0::0005" }],
        }),
      ],
    });
    expect(await sourcesWith().albAddresses()).toEqual(["10.0.0.1", "10.0.0.7", "2001:db8::5"]);
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
    expect(await sourcesWith().albAddresses()).toEqual(["10.0.0.1"]);
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
    expect(await sourcesWith().foreignAddresses(["10.0.0.1", "10.0.0.2", "10.0.0.3"])).toEqual(["10.0.0.1"]);
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

  test("are filtered by their own family", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({});
    await sourcesWith().foreignAddresses(["2001:db8::5"]);
    expect(ec2.commandCalls(DescribeNetworkInterfacesCommand)[0]?.args[0].input.Filters?.[1]?.Name).toBe(
      "ipv6-addresses.ipv6-address",
    );
  });
});

test("targets come with their port and state", async () => {
  elb.on(DescribeTargetHealthCommand, { TargetGroupArn: targetGroupArn }).resolves({
    TargetHealthDescriptions: [
      { Target: { Id: "10.0.0.1", Port: 80 }, TargetHealth: { State: "healthy" } },
      { Target: { Id: "2001:0db8::0001", Port: 8080 }, TargetHealth: { State: "draining" } },
      { Target: { Id: "10.0.0.3", Port: 80 } },
    ],
  });
  expect(await sourcesWith().targets(targetGroupArn)).toEqual([
    { address: "10.0.0.1", port: 80, state: "healthy" },
    { address: "2001:db8::1", port: 8080, state: "draining" },
    { address: "10.0.0.3", port: 80, state: "unknown" },
  ]);
});

describe("DNS", () => {
  let server: Socket;
  let records: Buffer[] = [];

  beforeAll(async () => {
    server = createSocket("udp4");
    server.on("message", (query, { address, port }) => server.send(answerTo(query, records), port, address));
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
  });
  const withServer = () => sourcesWith({ DNS_SERVERS: `127.0.0.1:${server.address().port}` });

  test("is asked at the given server, for each family", async () => {
    records = [Buffer.from([10, 0, 0, 1]), Buffer.from([10, 0, 0, 2])];
    expect((await withServer().resolve("ipv4")).sort()).toEqual(["10.0.0.1", "10.0.0.2"]);
    records = [Buffer.from("20010db8000000000000000000000005", "hex")];
    expect(await withServer().resolve("ipv6")).toEqual(["2001:db8::5"]);
  });

  test("that has no record rejects", async () => {
    records = [];
    await expect(withServer().resolve("ipv4")).rejects.toThrow("ENODATA");
  });
});

/** A DNS answer to a query with one question (RFC 1035), the records' length saying whether they are A or AAAA. */
function answerTo(query: Buffer, addresses: readonly Buffer[]): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, addresses.length, 0, 0, 0, 0]);
  const answers = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, address.length === 4 ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, address.length, ...address]),
  );
  return Buffer.concat([header, question, ...answers]);
}
