import { setTimeout as sleep } from "node:timers/promises";
import type { Configuration } from "../../../config/schema";
import { usableAddress } from "../../../paths/model/addresses";
import type { Network } from "../../../paths/model/network";
import { type EnvironmentProof, prove } from "../../../paths/prove";
import { stacksInMemory } from "../../../synth/synthesize";
import { makePlan } from "../plan";
import { Lab } from "../run";
import type { Tools } from "../tools";
import { type ArmName, makeArm } from "./arms";
import { ChangingLoadBalancer } from "./load-balancer";
import { events, MINUTES } from "./scenario";
import { MINUTE_MS, Targets } from "./targets";

/** ALB nodes in all, one after the other. */
const NODES = 6;
const REQUESTS_PER_SECOND = 60;
/** A client gives up after so many seconds of lab time. */
const CLIENT_TIMEOUT_SECONDS = 0.5;

export interface Traffic {
  readonly arm: ArmName;
  /** When each request began, in minutes, and whether it was answered with 200. */
  readonly requests: readonly { readonly minute: number; readonly ok: boolean }[];
}

/** A consumer's requests through the endpoint while ALB nodes are replaced, and one of the arms keeps the NLB's targets. */
export async function runTraffic(
  arm: ArmName,
  configuration: Configuration,
  tools: Tools,
  prefix: string,
  onLab: (lab: Lab) => void,
): Promise<Traffic> {
  const [environment] = configuration.environments;
  if (!environment) throw new Error("no environment");
  const proof = withMoreNodes(prove(stacksInMemory(configuration), environment, configuration.consumers));
  const plan = makePlan(proof, environment, prefix);
  // AWS's health check every 10 seconds, in lab time.
  const lab = new Lab(plan, prefix, tools, { checkMilliseconds: Math.round(MINUTE_MS / 6) });
  onLab(lab);
  const ask = await lab.up();

  const nodes = plan.hosts.filter(({ of }) => of.role === "alb");
  const nlb = plan.hosts.filter(({ of }) => of.role === "nlb");
  const client = plan.hosts.find(({ of }) => of.role === "client");
  const endpoints = plan.hosts.filter(({ of }) => of.role === "consumer-endpoint");
  const port = nlb[0]?.of.listens[0] ?? 80;
  const albPort = nodes[0]?.of.listens[0] ?? 80;
  const targets = new Targets(
    nlb.map(({ name }) => lab.socket(name)),
    `port${port}`,
    nodes.map(({ of }) => of.address),
    albPort,
  );
  const balancer = new ChangingLoadBalancer(lab, nodes);
  const first = nodes.slice(0, 2);
  for (const node of nodes) first.includes(node) ? balancer.appear(node) : balancer.vanish(node);
  await targets.begin(first.map(({ of }) => of.address));

  const asked = ask({
    traffic: {
      namespace: client?.name,
      addresses: endpoints.map(({ of }) => of.address),
      port,
      http: "/health",
      perSecond: REQUESTS_PER_SECOND,
      forSeconds: (MINUTES * MINUTE_MS) / 1000,
    },
    seconds: CLIENT_TIMEOUT_SECONDS,
  });
  await keep(makeArm(arm, balancer, targets, albPort), balancer);
  const { requests } = await asked;
  targets.end();
  return {
    arm,
    requests: (requests as [number, boolean][]).map(([at, ok]) => ({ minute: (at * 1000) / MINUTE_MS, ok })),
  };
}

/** Lets the scenario happen, with a step of the arm in the middle of each minute. */
async function keep({ changed, step }: ReturnType<typeof makeArm>, balancer: ChangingLoadBalancer): Promise<void> {
  const begin = Date.now();
  const until = (minute: number) => sleep(Math.max(0, begin + minute * MINUTE_MS - Date.now()));
  for (let minute = 0; minute < MINUTES; minute++) {
    await until(minute);
    const happening = events.filter((event) => event.minute === minute);
    for (const event of happening) event.apply(balancer);
    if (happening.length > 0) await changed?.();
    await until(minute + 0.5);
    await step?.();
  }
}

/** The same network with ALB nodes that are there from the beginning, and come to life later. */
function withMoreNodes(proof: EnvironmentProof): EnvironmentProof {
  const { network } = proof;
  const [alb] = [...network.loadBalancers.values()].filter(({ type }) => type === "application");
  if (!alb) throw new Error("no ALB");
  const more = Array.from({ length: NODES - alb.nodes.length }, (_, index) => {
    const like = alb.nodes[index % alb.nodes.length] as (typeof alb.nodes)[number];
    const block = network.subnets.get(like.subnet)?.block ?? "";
    return { ...like, id: `${like.label} ${alb.nodes.length + index + 1}`, address: usableAddress(block, 500 + index) };
  });
  const larger: Network = {
    ...network,
    interfaces: [...network.interfaces, ...more],
    loadBalancers: new Map(network.loadBalancers).set(alb.key, { ...alb, nodes: [...alb.nodes, ...more] }),
  };
  const wanted = proof.proofs.filter(({ expectation }) => expectation.id.startsWith("consumer-"));
  return { ...proof, network: larger, proofs: wanted.filter(({ expectation }) => expectation.kind === "must pass") };
}
