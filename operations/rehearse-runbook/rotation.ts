import { createHash } from "node:crypto";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Check, theOnly } from "../verify/check";
import { clientOptions } from "./clients";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";

const PREFIX = `private-app-${ENVIRONMENT.name}`;

const DEPLOY_DATA = `npm run deploy -- --env ${ENVIRONMENT.name} --auto-approve --stack data-${ENVIRONMENT.name}`;

/** What a database change waits for at most, in seconds, while the run is killed. */
const HELD_SECONDS = 60;

/**
 * The page's rotation, twice: whole, and killed when the secret has its new password and the database does not; then the
 * page's commands are given again.
 */
export async function* rotation(project: EmulatedProject, page: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  const before = await look(project);
  yield together("before the rotation", before);

  // The secret changes first: what the database is asked for is held up, and the run killed meanwhile.
  await project.emulator.injectFault({
    service: "rds",
    action: "ModifyDBInstance",
    delayMilliseconds: HELD_SECONDS * 1000,
    code: "InternalFailure",
    status: 500,
  });
  project.set(`config/environments/${ENVIRONMENT.name}.yaml`, { data: { database: { passwordVersion: 2 } } });
  const killed = project.run("rotation-killed", DEPLOY_DATA);
  const begin = Date.now();
  while ((await look(project)).secret === before.secret && Date.now() - begin < HELD_SECONDS * 1000) await sleep(500);
  const stopped = killTerraform(join(project.folder, `cdktf.out/stacks/data-${ENVIRONMENT.name}`));
  const { exitCode } = await killed;
  await project.emulator.clearFaults();
  const between = await look(project);
  const apart = between.secret !== before.secret && between.database === before.database;
  yield {
    item: "a rotation killed between secret and database leaves them apart",
    status: stopped > 0 && exitCode !== 0 && apart ? "pass" : "fail",
    saw: `${stopped} processes killed, exit code ${exitCode}, ${apart ? "apart" : "not apart"}`,
    ...(apart ? {} : { next: "operations/rehearse-runbook/rotation.ts kills too early or too late" }),
  };

  // The error of the next run names the command that takes the lock away.
  const locked = await project.run("rotation-locked", DEPLOY_DATA);
  const [unlock] = /terraform \S+ force-unlock \S+-\S+/.exec(`${locked.stdout}\n${locked.stderr}`) ?? [];
  const unlocked =
    unlock === undefined
      ? locked
      : await project.run("rotation-unlock", unlock.replace("force-unlock", "force-unlock -force"));
  const given = unlock !== undefined && unlocked.exitCode === 0;
  yield {
    item: "the lock of the killed run is taken away by the command that the next run names",
    status: given ? "pass" : "fail",
    saw: given ? unlock : `${unlocked.stdout}\n${unlocked.stderr}`,
    ...(given ? {} : { next: 'docs/reliability.md, "A stale lock"' }),
  };

  yield* page();
  const after = await look(project);
  yield together("after the rotation", after);
  yield {
    item: "the password is another one, and the service runs on a new task definition",
    status: after.secret !== before.secret && after.taskDefinition !== before.taskDefinition ? "pass" : "fail",
    saw: `password ${after.secret === before.secret ? "the same" : "new"}, task definition ${after.taskDefinition}`,
    next: "modules/data/database-credentials.ts, modules/compute/database-settings.ts",
  };
}

interface Passwords {
  /** SHA-256 of the password in the secret. */
  readonly secret: string;
  /** SHA-256 of the password that the database was given. */
  readonly database: string;
  readonly taskDefinition: string;
}

async function look(project: EmulatedProject): Promise<Passwords> {
  const options = clientOptions(project);
  const secrets = new SecretsManagerClient(options);
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  const own = SecretList.filter(({ Name = "" }) => Name.startsWith(`${PREFIX}-database-`));
  const { SecretString = "{}" } = await secrets.send(
    new GetSecretValueCommand({ SecretId: theOnly(own, "secret of the database").ARN }),
  );
  const { password = "" } = JSON.parse(SecretString) as { password?: string };
  const { services } = await new ECSClient(options).send(
    new DescribeServicesCommand({ cluster: PREFIX, services: [`${PREFIX}-app`] }),
  );
  return {
    secret: createHash("sha256").update(password).digest("hex"),
    database: await project.emulator.databasePassword(`${PREFIX}-database`),
    taskDefinition: theOnly(services, "service").taskDefinition?.split("/").at(-1) ?? "",
  };
}

function together(when: string, { secret, database }: Passwords): Check {
  const good = secret === database;
  return {
    item: `secret and database have the same password ${when}`,
    status: good ? "pass" : "fail",
    saw: good ? "the same hash" : "two hashes",
    ...(good ? {} : { next: "modules/data/database-credentials.ts" }),
  };
}

/** Kills what works in a stack's directory, as losing the machine would. */
function killTerraform(directory: string): number {
  let killed = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) !== directory) continue;
      process.kill(Number(pid), "SIGKILL");
      killed += 1;
    } catch {
      // Gone by itself meanwhile, or of somebody else.
    }
  }
  return killed;
}
