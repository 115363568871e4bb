import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration, Consumer, Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { readStackJson, readStacks, type SynthesizedStack, withDependencies } from "../../synth/stacks";
import type { StackReport } from "../rehearse/report";
import { consumerKeys, type EmulatorTarget, emulatorOverride, OVERRIDE_FILE, stateReadBy } from "./overrides";

/** A stack of a rehearsal, and what the report says about it. */
export interface RehearsedStack extends SynthesizedStack {
  readonly report: StackReport;
  /** File for the state of the stack that creates the state bucket, while there is no bucket; undefined for all others. */
  readonly localState?: string;
  /** Environment variables of Terraform while it applies, and while it only plans; the rehearsal's own if undefined. */
  readonly env?: NodeJS.ProcessEnv;
  readonly planningEnv?: NodeJS.ProcessEnv;
}

/**
 * Role that a consumer's stack works with in its own account, which the emulator lets it assume; undefined where that
 * is an environment's account.
 */
export function consumerRole({ accountId }: Consumer, environments: readonly Environment[]): string | undefined {
  if (accountId === undefined || environments.some((environment) => environment.accountId === accountId))
    return undefined;
  return `arn:aws:iam::${accountId}:role/rehearsal`;
}

/**
 * Puts beside the JSON of each stack what points it at the emulator.
 *
 * @param outdir folder that the configuration was synthesized to
 * @param wanted ids of the only stacks to take, with those they need; all if empty
 * @throws Error if there is no such stack
 */
export function stackDirectories(
  outdir: string,
  { environments, consumers }: Configuration,
  target: Omit<EmulatorTarget, "assumeRoleArn">,
  wanted: readonly string[],
): RehearsedStack[] {
  const all = readStacks(outdir);
  const backends = environments.map((environment) => stackId("state-backend", environment));
  const present = target.withoutStateBucket ? [] : backends.filter((id) => all.some((stack) => stack.id === id));
  const roles = new Map(
    consumers.map(
      (consumer) => [stackId("consumer-endpoint", consumer), consumerRole(consumer, environments)] as const,
    ),
  );
  const chosen = wanted.length === 0 ? all : withDependencies(all, [...present, ...wanted]);
  return chosen.map((stack) => {
    const assumeRoleArn = roles.get(stack.id);
    const own = { ...target, ...(assumeRoleArn === undefined ? {} : { assumeRoleArn }) };
    const override = emulatorOverride(readStackJson(stack), stack.id, own, stateReadBy);
    writeFileSync(join(stack.directory, OVERRIDE_FILE), JSON.stringify(override, undefined, 2));
    const report: StackReport = { id: stack.id, seconds: {}, ended: {} };
    return present.includes(stack.id)
      ? { ...stack, report, localState: join(target.localStates, `${stack.id}.tfstate`) }
      : { ...stack, dependencies: [...present, ...stack.dependencies], report, ...ofConsumer(stack.id, consumers) };
  });
}

/** A consumer's stack is applied with the keys of its own team. */
function ofConsumer(id: string, consumers: readonly Consumer[]): Pick<RehearsedStack, "env" | "planningEnv"> {
  const consumer = consumers.find((each) => stackId("consumer-endpoint", each) === id);
  if (consumer === undefined) return {};
  const { apply, plan } = consumerKeys(consumer.name);
  return { env: { AWS_ACCESS_KEY_ID: apply }, planningEnv: { AWS_ACCESS_KEY_ID: plan } };
}
