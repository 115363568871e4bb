import type { Address, Ports, TargetResult } from "../../../lambda/alb-ip-sync/ports";
import { newMemory, run } from "../../../lambda/alb-ip-sync/run";
import type { ChangingLoadBalancer } from "./load-balancer";
import { MINUTE_MS, type Targets } from "./targets";

/** Who keeps the NLB's targets. `step` is called every minute, `changed` when the ALB changes; both in lab time. */
export interface Arm {
  readonly name: string;
  step?(): Promise<void>;
  changed?(): Promise<void>;
}

export type ArmName = "ip-sync" | "alb-target" | "nobody";

export const armNames: readonly ArmName[] = ["ip-sync", "alb-target", "nobody"];

export function makeArm(name: ArmName, balancer: ChangingLoadBalancer, targets: Targets, port: number): Arm {
  if (name === "ip-sync") return syncLambda(balancer, targets, port);
  if (name === "alb-target") return managed(balancer, targets);
  return { name };
}

const GROUP = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/lab/0123456789abcdef";

/** The sync Lambda's own code, once a minute. Its AWS calls are answered by the lab. */
function syncLambda(balancer: ChangingLoadBalancer, targets: Targets, port: number): Arm {
  // The clock runs as much faster as the lab's minutes are shorter.
  const now = () => Date.now() * (60_000 / MINUTE_MS);
  const each = async (wanted: readonly Address[], work: (address: string) => Promise<void>): Promise<TargetResult> => {
    for (const { address } of wanted) await work(address);
    return { done: wanted, failed: [] };
  };
  const ports: Ports = {
    albAddresses: async () => new Map([...balancer.interfaces].map((address) => [address, 0])),
    foreignAddresses: async () => new Map(),
    resolve: async () => ({ addresses: [...balancer.listed].slice(0, 8), age: 0 }),
    targets: () => targets.describe(),
    register: (_group, wanted) => each(wanted, (address) => targets.register(address)),
    deregister: (_group, wanted) => each(wanted, (address) => targets.deregister(address)),
    readHistory: async () => ({ history: new Map(), revision: undefined }),
    writeHistory: async () => "1",
    now,
  };
  const memory = newMemory(now());
  const settings = {
    mappings: [{ listenerPort: port, targetGroupArn: GROUP }],
    isInSubnets: () => true,
    interval: 60_000,
    dryRun: false,
    maximumUnconfirmedRuns: 3,
    maximumDeregistrationSharePercent: 50,
    minimumHealthyTargets: 1,
  };
  return {
    name: "ip-sync",
    step: async () => {
      const { failures } = await run(ports, settings, memory);
      if (failures.length > 0) throw new Error(`the sync failed: ${failures.map(({ message }) => message).join("; ")}`);
    },
  };
}

/** A target group of type `alb`, which AWS keeps itself: taken to follow the ALB's DNS at once. How it does it is not published. */
function managed(balancer: ChangingLoadBalancer, targets: Targets): Arm {
  return {
    name: "alb-target",
    changed: async () => {
      for (const { of } of balancer.nodes) {
        await (balancer.listed.has(of.address) ? targets.register(of.address) : targets.deregister(of.address));
      }
    },
  };
}
