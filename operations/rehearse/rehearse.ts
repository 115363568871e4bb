import { join } from "node:path";
import { type BucketLocationConstraint, CreateBucketCommand, DeleteBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { stateBucket } from "../../config/derive";
import type { Configuration, Consumer, Environment } from "../../config/schema";
import { stackId } from "../../stacks/base";
import type { Emulator, RecordedCalls } from "../emulator/emulator";
import type { Show } from "../in-order";
import { emptyBucket } from "../terraform/empty-bucket";
import type { Interruption } from "../terraform/interruption";
import { requiredProviders } from "../terraform/mirrors";
import { runProcess } from "../terraform/process";
import { readStackJson, readStacks } from "../terraform/stacks";
import { Terraform } from "../terraform/terraform";
import type { Check } from "../verify/check";
import { acceptSteps } from "./accept";
import { dataLoadStep } from "./data-load";
import { deployRoleChecks } from "./deploy-role-checks";
import { type Foundation, layFoundation } from "./foundation";
import { launchTypeSwitchStep } from "./launch-type-switch";
import { checkStep, syncStep, verifyStep } from "./look";
import { newImageStep } from "./new-image";
import { ACCESS_KEY_ID, emulatorEnvironment, PLANNING_KEY_ID } from "./overrides";
import { type Limits, rehearsable, unprotected } from "./rehearsable";
import { type Report, renderReport } from "./report";
import type { RunFolder } from "./run-folder";
import { savedPlanStep } from "./saved-plan";
import { readSecrets, secretChecks, secretsInFiles } from "./secrets";
import { type RehearsedStack, stackDirectories, synthesize } from "./stack-directories";
import { applyChange, applyStacks, destroyStacks, secondPlan, secondPlansAlongside } from "./stack-runs";
import { hashOfJson, sameJson } from "./terraform-json";
import { twoAccounts } from "./two-accounts/two-accounts";

export interface RehearsalOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  readonly run: RunFolder;
  readonly configuration: Configuration;
  readonly environment: string;
  readonly consumers: readonly string[];
  /** Ids of the only stacks to rehearse, with those they need; all if empty. */
  readonly stacks: readonly string[];
  /** TCP port of the emulated AWS; 0 for a free one. */
  readonly port: number;
  readonly useDocker: boolean;
  /** Waits while a person looks around; nothing is destroyed afterwards. Undefined: everything is. */
  readonly keep?: (emulator: Emulator) => Promise<void>;
  readonly interruption: Interruption;
  readonly show: Show;
  /** Filled as the rehearsal goes, so that there is something to show after a failure too. */
  readonly report: Report;
}

/**
 * Applies every stack of an environment and its consumers to an emulated AWS, looks at the result, and takes it down.
 *
 * @throws the first error that makes going on pointless, e.g. the TerraformError of a stack that could not be applied
 */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const started: (() => Promise<void>)[] = [];
  const begin = Date.now();
  try {
    const asDeployed = join(options.run.path, "as-deployed");
    const { configuration } = rehearsable(options.configuration, options, {});
    await options.show("Configuration", [
      {
        title: "Terraform JSON",
        run: async () => {
          synthesize(configuration, asDeployed);
          return `${readStacks(asDeployed).length} stacks`;
        },
      },
    ]);
    const foundation = await layFoundation({
      ...options,
      environment: theEnvironment(configuration),
      requirements: requiredProviders(readStacks(asDeployed).map(readStackJson)),
      show: (steps) => options.show("Prepare", steps),
      onStarted: (stop) => started.push(stop),
    });
    await rehearseOn(foundation, options, asDeployed);
  } finally {
    for (const stop of started.reverse()) await stop();
    options.report.seconds = (Date.now() - begin) / 1000;
  }
}

async function rehearseOn(foundation: Foundation, options: RehearsalOptions, asDeployed: string): Promise<void> {
  const { run, show, report } = options;
  const { emulator, providers } = foundation;

  const limits = await findLimits(foundation, options);
  const { configuration, replacements } = rehearsable(options.configuration, options, limits);
  report.replacements = replacements;
  synthesize(configuration, run.synth);
  report.asDeployed = sameJson(run.synth, asDeployed);
  const target = {
    endpoint: emulator.endpoint,
    localStates: run.states,
    ...(foundation.registry === undefined ? {} : { registry: foundation.registry.address }),
    isolatedBuilds: foundation.localBases !== undefined,
  };
  const stacks = stackDirectories(run.synth, configuration, target, options.stacks);
  report.stacks = stacks.map((stack) => stack.report);
  const hashes = stacks.map(hashOfJson);

  const env = { ...emulatorEnvironment(process.env, emulator.endpoint), ...providers.env };
  const terraform = new Terraform({
    binary: foundation.binary,
    env,
    logFolder: run.logs,
    lockFile: providers.lockFile,
    interruption: options.interruption,
  });
  const runs = { terraform, show };

  const environment = theEnvironment(configuration);
  const client = clientOptions(emulator, environment);
  const s3 = new S3Client(client);
  const consumersBuckets = configuration.consumers.flatMap(ownStateBucket);
  for (const { bucket, region } of consumersBuckets) await createBucket(s3, bucket, region);

  const look = { ...options, configuration, environment, stacks, terraform, emulator, clientOptions: client };
  const consumers = stacks.filter(({ id }) =>
    configuration.consumers.some((each) => id === stackId("consumer-endpoint", each)),
  );
  // A consumer's stack takes a minute of waiting and touches none of the provider's resources. The state bucket's own
  // stack lets others begin before it has ended.
  const early = stacks.filter((stack) => !consumers.includes(stack) && stack.localState === undefined);
  const late = stacks.filter((stack) => !early.includes(stack));
  const directories = (outdir: string) => stackDirectories(outdir, configuration, target, options.stacks);
  const newImage = newImageStep({ ...look, directories });
  const afterwards = newImage?.title ?? `${stackId("compute", environment)} again`;
  const alongside = [
    ...some(dataLoadStep({ ...look, env: { ...env, AWS_ACCESS_KEY_ID: "rehearsal-load" } })),
    ...some(syncStep(look)),
    ...secondPlansAlongside(early, terraform),
    ...some(newImage),
    ...some(launchTypeSwitchStep({ ...look, directories, after: [afterwards] })),
  ];
  if (options.stacks.length === 0) {
    const story = {
      project: options.project,
      folder: join(run.path, "two-accounts"),
      environment,
      terraform,
      env,
      target,
    };
    alongside.push({ ...checkStep("Two accounts", () => twoAccounts(story), options), dependencies: [] });
  }
  if (environment.privatelink.acceptanceRequired) {
    const { project } = options;
    alongside.push(
      ...acceptSteps(consumers, { project, environment: environment.name, outdir: run.synth, env, terraform }),
    );
  }
  await applyStacks(stacks, alongside, runs);
  await show("Look", [...some(verifyStep(look)), ...late.map((stack) => secondPlan(stack, terraform))]);
  report.checks.push({
    title: "Roles of pipelines",
    checks: deployRoleChecks(environment, run.path, {
      applying: await callsWith(ACCESS_KEY_ID, emulator),
      planning: await callsWith(PLANNING_KEY_ID, emulator),
    }),
  });
  if (options.keep !== undefined) return options.keep(emulator);

  const unprotectedConfiguration = {
    ...configuration,
    environments: configuration.environments.map(unprotected),
  };
  const elsewhere = savedPlanStep({
    terraform,
    project: options.project,
    run,
    configuration: unprotectedConfiguration,
    directories,
    onCheck: (check) => report.checks.push({ title: "Pipelines", checks: [check] }),
  });

  const outdir = join(run.path, "unprotected");
  synthesize(unprotectedConfiguration, outdir);
  const unprotectedStacks = directories(outdir);
  const last = stacks.map((stack, index) => {
    const changed = unprotectedStacks[index];
    const same = changed === undefined || hashOfJson(changed) === hashes[index];
    return same ? stack : { ...changed, report: stack.report };
  });
  const changed = last.filter((stack) => !stacks.includes(stack));
  if (changed.length > 0) await applyChange(changed, runs);
  const service = last.filter(({ id }) => id === stackId("privatelink-service", environment));
  const beforeTheService = service.map(({ id }) => ({ ...elsewhere, dependencies: [id] }));
  const searched = {
    secrets: await readSecrets(client),
    folders: [run.path, join(options.project, "cdktf.out")],
    printed: renderReport(report),
  };
  await show("Search", [checkStep("Secrets", () => secretChecks(searched, client), options)]);
  await destroyStacks(last, beforeTheService, runs);

  for (const { bucket } of consumersBuckets) {
    await emptyBucket(s3, bucket);
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  }
  report.checks.push({
    title: "Afterwards",
    // Now, so that the logs of destroying are searched too.
    checks: [await nothingLeft(emulator), jsonUntouched(stacks, hashes), await secretsInFiles(searched)],
  });
}

async function callsWith(key: string, emulator: Emulator): Promise<RecordedCalls[]> {
  return (await emulator.listCalls()).filter(({ accessKeyId }) => accessKeyId === key);
}

function some<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/** What this machine can't do; where Terraform can't zip the Lambda, its package is built. */
async function findLimits(
  { providers, noImage, localBases }: Foundation,
  { project, run, interruption }: RehearsalOptions,
): Promise<Limits> {
  const whyMissing = (type: string) => {
    const missing = providers.missing.find(({ requirement }) => requirement.source.endsWith(`/${type}`));
    return missing === undefined ? undefined : `${missing.requirement.source} can't be installed: ${missing.why}`;
  };
  const aws = whyMissing("aws");
  if (aws !== undefined) {
    throw new Error(
      `${aws}; put it into a folder and name that in TF_PROVIDER_MIRROR, or let Terraform reach a registry`,
    );
  }
  const image = noImage ?? whyMissing("docker");
  const archive = whyMissing("archive");
  if (archive !== undefined) {
    const script = join(project, "operations/build-lambda.ts");
    const logFile = join(run.logs, "build-lambda.log");
    const { exitCode } = await runProcess(process.execPath, ["--import", "tsx", script], {
      cwd: project,
      env: process.env,
      logFile,
      interruption,
    });
    if (exitCode !== 0) throw new Error(`the Lambda's package could not be built (log: ${logFile})`);
  }
  return {
    ...(image === undefined ? {} : { image }),
    ...(localBases === undefined ? {} : { localBases }),
    ...(archive === undefined ? {} : { archive }),
  };
}

function theEnvironment({ environments: [environment] }: Configuration): Environment {
  if (environment === undefined) throw new Error("a rehearsal needs an environment");
  return environment;
}

/** How the AWS SDK reaches the emulator. */
function clientOptions({ endpoint }: Emulator, { region }: Environment) {
  const credentials = { accessKeyId: "rehearsal-look", secretAccessKey: "rehearsal" };
  return { endpoint, region, credentials, forcePathStyle: true };
}

/** The bucket for a consumer's state: the consumer team's own, which no stack of this project creates. */
function ownStateBucket(consumer: Consumer): { bucket: string; region: string }[] {
  const bucket = consumer.backend.type === "s3" ? stateBucket(consumer) : undefined;
  return bucket === undefined ? [] : [{ bucket, region: consumer.region }];
}

async function createBucket(s3: S3Client, bucket: string, region: string): Promise<void> {
  // The API's oldest Region has no location constraint.
  const location = region === "us-east-1" ? {} : { LocationConstraint: region as BucketLocationConstraint };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: location }));
}

async function nothingLeft(emulator: Emulator): Promise<Check> {
  const { exists } = await emulator.remains();
  const names = exists.map(({ service, kind, id }) => `${service} ${kind} ${id}`);
  return {
    item: "nothing is left in the emulated AWS",
    status: exists.length === 0 ? "pass" : "fail",
    saw: exists.length === 0 ? "no resource" : names.join(", "),
    ...(exists.length === 0 ? {} : { next: "a stack created it outside of Terraform, or destroying it did not work" }),
  };
}

function jsonUntouched(stacks: readonly RehearsedStack[], hashes: readonly string[]): Check {
  const touched = stacks.filter((stack, index) => hashOfJson(stack) !== hashes[index]).map(({ id }) => id);
  return {
    item: "what was applied is what was synthesized",
    status: touched.length === 0 ? "pass" : "fail",
    saw: touched.length === 0 ? "every stack's JSON has its hash" : `changed: ${touched.join(", ")}`,
  };
}
