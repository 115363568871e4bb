import { EC2Client } from "@aws-sdk/client-ec2";
import { DESTROY_ORDER, destroyStack } from "../../engine/destroy-stack";
import { runStacks, type Show } from "../../engine/run-stacks";
import { isBucketMissing, openState } from "../../engine/state-bucket";
import { text } from "../../engine/terraform/resources";
import type { Terraform } from "../../engine/terraform/terraform";
import { readStackJson, type SynthesizedStack } from "../../synth/stacks";
import { type Connection, select } from "../consumers/connections";
import { endpointConnections } from "../consumers/endpoint-connections";
import type { ClientOptions } from "../verify/target";
import { contents, FLAGS } from "./contents";
import { type Container, type Inventory, inventory, type Obstacle, preventsDestroy, type StackJson } from "./inventory";

/** A stack to destroy. */
export interface StackToDestroy extends SynthesizedStack {
  /** File that the state of the state bucket's own stack is moved to before the bucket is deleted; undefined for all others. */
  readonly localState?: string;
}

export interface TeardownOptions {
  readonly terraform: Terraform;
  readonly show: Show;
  readonly clientOptions: ClientOptions;
  /** Kinds of containers that may be emptied. */
  readonly mayEmpty: ReadonlySet<Container["kind"]>;
}

/** What is in a container, where there is something. */
interface Filled {
  readonly container: Container;
  /** e.g. `12 object versions` */
  readonly amount: string;
}

/** A stack that exists, and what is deleted with it. */
export interface Finding {
  readonly stack: StackToDestroy;
  readonly inventory: Inventory;
  readonly filled: readonly Filled[];
  readonly connections: readonly Connection[];
}

/** Plans to destroy: the same saved file for every stack. */
const DESTROY_PLAN_FILE = "destroy.tfplan";

/**
 * Looks at what is there, in the account rather than in the state alone. Changes nothing.
 *
 * @returns the stacks that exist, in order
 */
export async function look(
  stacks: readonly StackToDestroy[],
  { terraform, show, clientOptions }: TeardownOptions,
): Promise<Finding[]> {
  const findings = new Map<string, Finding>();
  // Looks don't wait for each other.
  const each = stacks.map((stack) => ({ ...stack, dependencies: [] as string[] }));
  await runStacks(each, show, "Look", { concurrency: DESTROY_ORDER.concurrency }, async (stack, update) => {
    if (!(await hasState(terraform, stack))) return "not there";
    update("plan");
    const stackJson = readStackJson(stack) as StackJson;
    // A plan to destroy fails where Terraform may not destroy.
    const flags = [preventsDestroy(stackJson) ? "-refresh-only" : "-destroy"];
    await terraform.plan(stack, { out: DESTROY_PLAN_FILE, phase: "plan-destroy", flags });
    const resources = await terraform.resources(stack, DESTROY_PLAN_FILE);
    if (resources.length === 0) return "nothing there";
    const found = inventory(resources, stackJson);
    const keys = new Set(resources.filter(({ type }) => type === "aws_s3_object").map((each) => text(each, "key")));
    const filled: Filled[] = [];
    for (const container of found.containers) {
      const { count, unit } = contents(container, clientOptions, keys);
      const amount = await count();
      if (amount > 0) filled.push({ container, amount: `${amount} ${unit}` });
    }
    const service = found.endpointService;
    const connections = service === undefined ? [] : await connectionsOf(service, clientOptions).connections();
    const original = stacks.find(({ id }) => id === stack.id) ?? stack;
    findings.set(stack.id, { stack: original, inventory: found, filled, connections: connections.filter(isConnected) });
    return `${found.count} resources`;
  });
  return stacks.flatMap(({ id }) => findings.get(id) ?? []);
}

/** What blocks the destruction of these stacks. */
export function obstacles(findings: readonly Finding[], mayEmpty: ReadonlySet<Container["kind"]>): Obstacle[] {
  return findings.flatMap(({ inventory, filled }) => [
    ...inventory.obstacles,
    ...filled
      .filter(({ container }) => !container.emptiedByTerraform && !mayEmpty.has(container.kind))
      .map(({ container, amount }) => ({
        what: `${nameOf(container)}: ${amount}`,
        fix: `save what you need of it, then add ${FLAGS[container.kind]}`,
      })),
  ]);
}

/** What will be destroyed and what remains, for a person to read. */
export function describe(findings: readonly Finding[]): string {
  const lines = [...findings]
    .reverse()
    .flatMap(({ stack, inventory, filled, connections }) => [
      `${stack.id}: ${inventory.count} resources`,
      ...inventory.stateful.map((what) => `  ${what}`),
      ...filled.map(({ container, amount }) => `  in ${nameOf(container)}: ${amount}`),
      ...connections.map(({ endpointId, owner, state }) => `  rejects connection ${endpointId} of ${owner} (${state})`),
      ...inventory.kept.map((what) => `  AWS keeps ${what}`),
    ]);
  return lines.join("\n");
}

/** Destroys the stacks, the last first. Running it again continues with what is left. */
export async function destroyAll(
  findings: readonly Finding[],
  { terraform, show, clientOptions, mayEmpty }: TeardownOptions,
): Promise<void> {
  const stacks = findings.map((finding) => ({ ...finding.stack, finding }));
  await runStacks(stacks, show, "Destroy", DESTROY_ORDER, async ({ finding, ...stack }, onProgress) => {
    const prepare = async () => {
      const service = finding.inventory.endpointService;
      if (service !== undefined) {
        onProgress("rejecting endpoint connections");
        await rejectAll(service, clientOptions);
      }
      for (const { container } of finding.filled) {
        if (container.emptiedByTerraform || !mayEmpty.has(container.kind)) continue;
        onProgress(`emptying ${nameOf(container)}`);
        await contents(container, clientOptions).empty();
      }
    };
    await destroyStack(terraform, stack, { onProgress, prepare });
    return `${finding.inventory.count} resources`;
  });
}

async function hasState(terraform: Terraform, stack: StackToDestroy): Promise<boolean> {
  if (stack.localState !== undefined) return openState(terraform, stack, stack.localState);
  try {
    await terraform.init(stack);
    return true;
  } catch (error) {
    if (isBucketMissing(error)) return false;
    throw error;
  }
}

async function rejectAll(service: string, clientOptions: ClientOptions): Promise<void> {
  const { connections, decide } = connectionsOf(service, clientOptions);
  // Asked again: others may have come meanwhile, and those of this project's own consumers are gone.
  const connected = (await connections()).filter(isConnected);
  if (connected.length === 0) return;
  const ids = select(connected, "reject", { endpointIds: [], all: true }).map(({ endpointId }) => endpointId);
  const [refused] = await decide("reject", ids);
  if (refused !== undefined) {
    throw new Error(`${refused.ResourceId} could not be rejected: ${refused.Error?.Message} (${refused.Error?.Code})`);
  }
}

function connectionsOf(service: string, options: ClientOptions) {
  return endpointConnections(new EC2Client(options), service);
}

/** Those for which AWS refuses to delete the service. */
function isConnected({ state }: Connection): boolean {
  return state === "available" || state === "pendingAcceptance";
}

function nameOf({ kind, name }: Container): string {
  return kind === "instances" ? `Auto Scaling group ${name}` : `${kind} ${name}`;
}
