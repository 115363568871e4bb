import { createHash } from "node:crypto";
import { ECSClient } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { stackId } from "../../config/stack-ids";
import { type Check, checked, theOnly } from "../../operations/verify/check";
import { describeService, revisionOf } from "../../operations/verify/rollout";
import { clientOptions } from "./clients";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";
import { kill, unlock } from "./killed";

const PREFIX = `private-app-${ENVIRONMENT.name}`;

const STACK = stackId("data", ENVIRONMENT);

/**
 * The page's rotation, twice: whole, and killed when the secret has its new password and the database does not; then the
 * page's commands are given again.
 */
export async function* rotation(project: EmulatedProject, page: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  const before = await look(project);
  yield together("before the rotation", before);

  project.set(`config/environments/${ENVIRONMENT.name}.yaml`, { data: { database: { passwordVersion: 2 } } });
  const killed = {
    name: "rotation",
    command: `npx ecs-privatelink deploy --env ${ENVIRONMENT.name} --yes --stack ${STACK}`,
    stack: STACK,
    // The secret changes first.
    held: { service: "rds", action: "ModifyDBInstance" },
    farEnough: async () => (await look(project)).secret !== before.secret,
  };
  const { exitCode, processes } = await kill(project, killed);
  const between = await look(project);
  const apart = between.secret !== before.secret && between.database === before.database;
  yield checked(
    "a rotation killed between secret and database leaves them apart",
    processes > 0 && exitCode !== 0 && apart,
    `${processes} processes killed, exit code ${exitCode}, ${apart ? "apart" : "not apart"}`,
    "proof/runbook/rotation.ts kills too early or too late",
  );

  yield await unlock(project, killed);
  yield* page();
  const after = await look(project);
  yield together("after the rotation", after);
  yield checked(
    "the password is another one, and the service runs on a new task definition",
    after.secret !== before.secret && after.taskDefinition !== before.taskDefinition,
    `password ${after.secret === before.secret ? "the same" : "new"}, task definition ${after.taskDefinition}`,
    "modules/data/database-credentials.ts, modules/compute/database-settings.ts",
  );
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
  const { taskDefinition } = await describeService(new ECSClient(options), PREFIX, `${PREFIX}-app`);
  return {
    secret: createHash("sha256").update(password).digest("hex"),
    database: await project.emulator.databasePassword(`${PREFIX}-database`),
    taskDefinition: revisionOf(taskDefinition),
  };
}

function together(when: string, { secret, database }: Passwords): Check {
  const good = secret === database;
  const saw = good ? "the same hash" : "two hashes";
  return checked(
    `secret and database have the same password ${when}`,
    good,
    saw,
    "modules/data/database-credentials.ts",
  );
}
