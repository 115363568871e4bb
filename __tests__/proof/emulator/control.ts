import { spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeNetworkInterfacesCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import {
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, DeleteBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { type Emulator, startEmulator } from "../../../proof/lab/emulator";
import {
  type ClientSettings,
  type Context,
  createLoadBalancer,
  createNetwork,
  type SmallLoadBalancer,
  type SmallNetwork,
  settingsFor,
} from "./network";

function isRunning(pid: number): boolean {
  try {
    // a zombie counts as ended: nobody reaps orphans in some containers
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The process and its control API. */
export function control(context: () => Context): void {
  let emulator: Emulator;
  let settings: ClientSettings;
  let ec2: EC2Client;
  let elb: ElasticLoadBalancingV2Client;
  let network: SmallNetwork;
  let resolver: Resolver;

  beforeAll(async () => {
    ({ emulator, settings } = context());
    ec2 = new EC2Client(settings);
    elb = new ElasticLoadBalancingV2Client(settings);
    network = await createNetwork(ec2);
    resolver = new Resolver({ timeout: 300, tries: 1 });
    resolver.setServers([emulator.dnsAddress]);
  });

  describe("the process", () => {
    test("says which port is in use", async () => {
      const port = Number(new URL(emulator.endpoint).port);
      await expect(startEmulator({ port, logFile: "/dev/null" })).rejects.toThrow(
        `the emulator did not start: port ${port} of 127.0.0.1 is in use; choose another port or 0`,
      );
    });

    test("ends when the process that started it is killed", async () => {
      const script = `require("./proof/lab/emulator").startEmulator({ logFile: "/dev/null" })
        .then((emulator) => { console.log(emulator.pid); setInterval(() => undefined, 1000); })`;
      const parent = spawn(process.execPath, ["--import", "tsx", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = await once(parent.stdout, "data");
      const pid = Number(String(line));
      expect(isRunning(pid)).toBe(true);
      parent.kill("SIGKILL");
      for (let wait = 0; isRunning(pid) && wait < 40; wait++) await sleep(50);
      expect(isRunning(pid)).toBe(false);
    });
  });

  describe("the nodes of a load balancer", () => {
    let balancer: SmallLoadBalancer;

    beforeAll(async () => {
      balancer = await createLoadBalancer(elb, network, "nodes", "application");
    });

    const interfaces = async () =>
      (
        await ec2.send(
          new DescribeNetworkInterfacesCommand({
            Filters: [{ Name: "description", Values: [`ELB ${balancer.arn.split(":loadbalancer/")[1]}`] }],
          }),
        )
      ).NetworkInterfaces ?? [];

    test("are network interfaces in each of its subnets that belong to Elastic Load Balancing", async () => {
      const found = await interfaces();
      expect(found.map((each) => each.SubnetId).sort()).toEqual([...network.subnetIds].sort());
      for (const each of found) {
        expect(each).toMatchObject({
          Status: "in-use",
          RequesterManaged: true,
          RequesterId: "amazon-elb",
          InterfaceType: "interface",
          Attachment: { Status: "attached", InstanceOwnerId: "amazon-elb" },
          Groups: [{ GroupId: network.securityGroupId }],
        });
      }
    });

    test("come and go through the control API, and DNS follows", async () => {
      const [first] = await emulator.listNodes(balancer.arn);
      const added = await emulator.addNode(balancer.arn, { address: "10.20.1.200", subnetId: network.subnetIds[1] });
      expect(added).toMatchObject({ address: "10.20.1.200", subnetId: network.subnetIds[1] });
      await emulator.removeNode(balancer.arn, first?.address ?? "");

      const addresses = (await emulator.listNodes(balancer.arn)).map((node) => node.address);
      expect(addresses).toContain("10.20.1.200");
      expect(addresses).not.toContain(first?.address);
      expect((await resolver.resolve4(balancer.dnsName)).sort()).toEqual(addresses.sort());
      expect((await interfaces()).map((each) => each.PrivateIpAddress).sort()).toEqual(addresses);
    });

    test("are all replaced without using an address twice", async () => {
      const before = (await emulator.listNodes(balancer.arn)).map((node) => node.address);
      const after = (await emulator.replaceNodes(balancer.arn, [{}, {}])).map((node) => node.address);
      expect(after).toHaveLength(2);
      expect(after.filter((address) => before.includes(address))).toEqual([]);
    });

    test("stand in DNS with at most eight an answer, all of them in turn", async () => {
      await emulator.replaceNodes(balancer.arn, Array(11).fill({}));
      const all = (await emulator.listNodes(balancer.arn)).map((node) => node.address);
      const first = await resolver.resolve4(balancer.dnsName);
      const second = await resolver.resolve4(balancer.dnsName);
      expect(first).toHaveLength(8);
      expect([...new Set([...first, ...second])].sort()).toEqual(all.sort());
    });

    test("are gone with the load balancer", async () => {
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer.arn }));
      expect(await interfaces()).toEqual([]);
      await expect(resolver.resolve4(balancer.dnsName)).rejects.toMatchObject({ code: "ENOTFOUND" });
      await expect(emulator.listNodes(balancer.arn)).rejects.toThrow(`emulator: no load balancer ${balancer.arn}`);
    });
  });

  describe("a DNS name", () => {
    test("answers what it is told to, until it is told no more", async () => {
      const { arn, dnsName } = await createLoadBalancer(elb, network, "names", "application");
      const addresses = (await emulator.listNodes(arn)).map((node) => node.address).sort();

      await emulator.setName(dnsName, { addresses: ["10.20.0.99"] });
      expect(await resolver.resolve4(dnsName)).toEqual(["10.20.0.99"]);
      await emulator.setName(dnsName, { failure: "SERVFAIL" });
      await expect(resolver.resolve4(dnsName)).rejects.toMatchObject({ code: "ESERVFAIL" });
      await emulator.setName(dnsName, { failure: "NXDOMAIN" });
      await expect(resolver.resolve4(dnsName)).rejects.toMatchObject({ code: "ENOTFOUND" });
      await emulator.setName(dnsName, { failure: "SILENCE" });
      await expect(resolver.resolve4(dnsName)).rejects.toMatchObject({ code: "ETIMEOUT" });
      await emulator.setName(dnsName, undefined);
      expect((await resolver.resolve4(dnsName)).sort()).toEqual(addresses);
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    });
  });

  describe("a fault", () => {
    afterEach(() => emulator.clearFaults());

    test.each([
      ["the EC2 protocol", "ec2", "DescribeVpcs", () => ec2.send(new DescribeVpcsCommand({}))],
      ["a JSON protocol", "ecs", "ListClusters", () => new ECSClient(settings).send(new ListClustersCommand({}))],
      ["a REST protocol", "s3", "ListBuckets", () => new S3Client(settings).send(new ListBucketsCommand({}))],
    ])("is the service's own error in %s, as often as wished", async (_, service, action, send) => {
      await emulator.injectFault({ service, action, code: "AccessDeniedException", status: 403, message: "not you" });
      await expect(send()).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: "not you",
        $metadata: { httpStatusCode: 403 },
      });
      await expect(send()).resolves.toBeDefined();
    });

    test("hits only the caller and the call that it names", async () => {
      await emulator.injectFault({
        service: "ec2",
        action: "DescribeVpcs",
        accessKeyId: "BKIAAAAAAAAAAAAAAAAA",
        code: "X",
      });
      await expect(ec2.send(new DescribeVpcsCommand({}))).resolves.toBeDefined();
      const other = new EC2Client(settingsFor(emulator, "BKIAAAAAAAAAAAAAAAAA"));
      await expect(other.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: "X" });
      expect(await emulator.listFaults()).toEqual([]);
    });

    test("can be a connection that is cut", async () => {
      await emulator.injectFault({ action: "DescribeVpcs", cut: true });
      await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toThrow("ECONNRESET");
    });

    test("can be an answer that is lost after the call has had its effect", async () => {
      const bucket = { Bucket: "answer-lost" };
      const s3 = new S3Client({ ...settings, maxAttempts: 1 });
      await emulator.injectFault({ service: "s3", action: "CreateBucket", answerLost: true });
      await expect(
        s3.send(
          new CreateBucketCommand({ ...bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
        ),
      ).rejects.toThrow("ECONNRESET");
      await s3.send(new DeleteBucketCommand(bucket));
    });

    test("can be the weather, which is the same for the same seed and ends when it is ended", async () => {
      const once = new EC2Client({ ...settings, maxAttempts: 1 });
      const send = () => once.send(new DescribeVpcsCommand({})).then(String, ({ name }: Error) => name);
      const day = async (seed: number) => {
        await emulator.beginWeather({ seed, share: 0, outage: { afterCalls: 3, milliseconds: 60_000 } });
        const seen: string[] = [];
        for (let call = 0; call < 25; call++) seen.push(await send());
        return { seen, happened: await emulator.endWeather() };
      };
      const first = await day(7);
      expect(await day(7)).toEqual(first);
      expect((await day(8)).seen).not.toEqual(first.seen);
      expect(new Set(first.seen.slice(3))).toEqual(new Set(["Error", "InternalError"]));
      expect(new Set(first.seen.slice(0, 3))).toEqual(new Set([await send()]));
      expect(await emulator.endWeather()).toEqual({});
    });

    test("must have an effect", async () => {
      await expect(emulator.injectFault({ service: "ec2" })).rejects.toThrow(
        "emulator: a fault needs code, delayMilliseconds, cut or answerLost",
      );
    });
  });

  describe("the record of calls", () => {
    test("names service, action, caller and outcome, and counts", async () => {
      await emulator.forgetCalls();
      const caller = settingsFor(emulator, "CKIAAAAAAAAAAAAAAAAA");
      await new EC2Client(caller).send(new DescribeVpcsCommand({}));
      await new EC2Client(caller).send(new DescribeVpcsCommand({}));
      await new S3Client(caller).send(new ListBucketsCommand({}));
      await expect(
        new ElasticLoadBalancingV2Client(caller).send(new CreateTargetGroupCommand({ Name: "x", TargetType: "ip" })),
      ).rejects.toThrow();

      const calls = (await emulator.listCalls()).map(({ service, action, accessKeyId, status, count }) => ({
        service,
        action,
        accessKeyId,
        status,
        count,
      }));
      expect(calls).toEqual([
        { service: "ec2", action: "DescribeVpcs", accessKeyId: "CKIAAAAAAAAAAAAAAAAA", status: 200, count: 2 },
        {
          service: "elasticloadbalancing",
          action: "CreateTargetGroup",
          accessKeyId: "CKIAAAAAAAAAAAAAAAAA",
          status: 400,
          count: 1,
        },
        { service: "s3", action: "ListBuckets", accessKeyId: "CKIAAAAAAAAAAAAAAAAA", status: 200, count: 1 },
      ]);
    });
  });
}
