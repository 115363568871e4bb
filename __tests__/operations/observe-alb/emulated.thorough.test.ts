import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { projectPath } from "../../../config/project";
import { cachingResolver } from "../../../lambda/alb-ip-sync/dns";
import { observe } from "../../../operations/observe-alb/observe";
import { albSources, clientsFor } from "../../../operations/observe-alb/sources";
import { timing } from "../../../operations/observe-alb/timing";
import { type Emulator, startEmulator } from "../../../proof/lab/emulator";
import { createLoadBalancer, createNetwork, given, settingsFor } from "../../proof/emulator/network";
import { temporaryFolder } from "../../temporary-folder";

const folder = temporaryFolder("observe-emulated");
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ logFile: join(folder, "emulator.log") });
}, 300_000);
afterAll(async () => {
  await emulator.stop();
});

test("an ALB whose EC2 answers and DNS have known delays is recognised, with the documented permissions", async () => {
  const settings = settingsFor(emulator);
  const elb = new ElasticLoadBalancingV2Client(settings);
  const network = await createNetwork(new EC2Client(settings));
  const alb = await createLoadBalancer(elb, network, "seen-alb", "application");
  const nlb = await createLoadBalancer(elb, network, "seen-nlb", "network");
  const group = { Name: "seen", Protocol: "TCP", Port: 80, TargetType: "ip", VpcId: network.vpcId } as const;
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand(group));
  const forward = { Type: "forward", TargetGroupArn: given(TargetGroups?.[0]?.TargetGroupArn) } as const;
  const listener = { LoadBalancerArn: nlb.arn, Protocol: "TCP", Port: 80, DefaultActions: [forward] } as const;
  await elb.send(new CreateListenerCommand({ ...listener, DefaultActions: [forward] }));
  await emulator.showNodes(alb.arn, { lateSeconds: 150 });
  await emulator.forgetCalls();

  const resolver = cachingResolver([emulator.dnsAddress]);
  const sources = await albSources(clientsFor(settings), { alb: "seen-alb", nlb: "seen-nlb" }, resolver, resolver);
  const [leaving] = await emulator.listNodes(alb.arn);
  let now = 0;
  const seen = await observe({
    sources,
    file: join(folder, "observed.jsonl"),
    length: 16 * 60_000,
    now: () => now,
    log: () => undefined,
    wait: async (milliseconds) => {
      now += milliseconds;
      await emulator.advanceClock(milliseconds / 1000);
      const minute = now / 60_000;
      if (minute === 6) await emulator.addNode(alb.arn);
      const nodes = await emulator.listNodes(alb.arn);
      const others = nodes.map(({ address }) => address).filter((address) => address !== leaving?.address);
      if (minute === 10) await emulator.setName(alb.dnsName, { addresses: others });
      if (minute === 12 && leaving) await emulator.removeNode(alb.arn, leaving.address);
    },
  });
  // Added in minute 6 and shown 150 s later; withdrawn in minute 10, gone in minute 12 and shown until 150 s later.
  expect(timing(seen.slice(4))).toMatchObject({ ec2BehindDns: [3], withdrawalToDeletion: [5] });

  const calls = (await emulator.listCalls()).map(({ action, service }) => `${service}:${action}`);
  const page = readFileSync(projectPath("docs/ip-sync.md"), "utf8");
  const policy = JSON.parse(/```json\n(\{[^`]*DescribeLoadBalancers[^`]*\})\n```/.exec(page)?.[1] ?? "{}");
  const allowed = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect([...new Set(calls)].sort()).toEqual(allowed.sort());
}, 300_000);
