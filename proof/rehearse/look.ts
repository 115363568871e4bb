import { join } from "node:path";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Configuration, Consumer, Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { Failed, Skipped, type Step } from "../../engine/show";
import type { Interruption } from "../../engine/terraform/interruption";
import type { Terraform } from "../../engine/terraform/terraform";
import { count } from "../../engine/words";
import { type Check, lookAt } from "../../operations/verify/check";
import { consumerItems } from "../../operations/verify/consumer";
import type { ClientOptions, Target } from "../../operations/verify/target";
import { verify } from "../../operations/verify/verification";
import type { SynthesizedStack } from "../../synth/stacks";
import type { Emulator } from "../lab/emulator";
import { orInterrupted } from "../lab/foundation";
import type { RunFolder } from "../lab/run-folder";
import { consumerRole } from "../lab/stack-directories";
import { exerciseAlbIpSync } from "./ip-sync";
import { packagedFunction } from "./packaged-function";
import { type Report, tallyChecks } from "./report";
import type { Alongside } from "./stack-runs";

export interface LookOptions {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly stacks: readonly SynthesizedStack[];
  readonly terraform: Terraform;
  readonly emulator: Emulator;
  readonly clientOptions: ClientOptions;
  readonly run: RunFolder;
  readonly interruption: Interruption;
  readonly report: Report;
}

/** Runs the sync Lambda while the ALB changes; undefined where the stacks have none. */
export function syncStep(options: LookOptions): Alongside | undefined {
  const { environment, emulator, interruption, run, stacks } = options;
  const service = stacks.find(({ id }) => id === stackId("privatelink-service", environment));
  if (service === undefined) return undefined;
  const sync = packagedFunction(service, "alb-ip-sync");
  if (sync === undefined) return undefined;
  const exercise = () =>
    exerciseAlbIpSync({
      zipFile: sync.zipFile,
      functionName: sync.name,
      emulator,
      region: environment.region,
      folder: join(run.path, "sync-lambda"),
      logFile: join(run.logs, "sync-lambda.log"),
      interruption,
    });
  return { ...checkStep("Sync Lambda", exercise, options), dependencies: [service.id] };
}

/** Reads every item of the pattern; undefined where only some stacks are rehearsed, since most items would be missing. */
export function verifyStep(options: LookOptions): Step | undefined {
  const wanted = stackId("privatelink-service", options.environment);
  if (!options.stacks.some(({ id }) => id === wanted)) return undefined;
  return checkStep("Items of the pattern", () => verifyAll(options), options);
}

/** A step that continues after a check that failed; the report says which. */
export function checkStep(
  title: string,
  checks: () => AsyncIterable<Check>,
  { interruption, report }: Pick<LookOptions, "interruption" | "report">,
): Step {
  const found: Check[] = [];
  const collect = async (update: (text: string) => void) => {
    report.checks.push({ title, checks: found });
    for await (const check of checks()) {
      found.push(check);
      update(check.item);
    }
  };
  return {
    title,
    run: async (update) => {
      await orInterrupted(collect(update), interruption);
      if (found.length === 0) return new Skipped("nothing to check");
      const { failed, notApplicable, passed } = tallyChecks(found);
      const rest = notApplicable > 0 ? `, ${notApplicable} not applicable` : "";
      const said = `${count(passed, "check")} passed${rest}`;
      return failed === 0 ? said : new Failed(`${count(failed, "check")} FAILED, ${said}`);
    },
  };
}

async function* verifyAll(options: LookOptions): AsyncGenerator<Check> {
  const { clientOptions, configuration, environment, stacks, terraform } = options;
  const outputs = await Promise.all(stacks.map(async (stack) => [stack.id, await terraform.outputs(stack)] as const));
  const target: Target = {
    environment,
    consumers: [],
    outputs: Object.fromEntries(outputs),
    clientOptions,
    emulated: true,
  };
  yield* await verify(target);
  for (const consumer of configuration.consumers) {
    if (!stacks.some(({ id }) => id === stackId("consumer-endpoint", consumer))) continue;
    const own = {
      ...target,
      clientOptions: await clientOptionsOf(consumer, configuration.environments, clientOptions),
    };
    yield* await lookAt(consumerItems(own, consumer));
  }
}

/** A consumer's own account is reached by the role that its stack was applied with. */
async function clientOptionsOf(
  consumer: Consumer,
  environments: readonly Environment[],
  options: ClientOptions,
): Promise<ClientOptions> {
  const role = consumerRole(consumer, environments);
  if (role === undefined) return options;
  const { Credentials } = await new STSClient(options).send(
    new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "verify" }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...options, credentials };
}
