import { X509Certificate } from "node:crypto";
import * as z from "zod";
import { minimalEnvironment } from "../../config/minimal";
import { allOptions, unwrap } from "../../config/options";
import { regionsWithKnownDatabaseAuthority } from "../../config/regions";
import { type EnvironmentInput, environmentSchema } from "../../config/schema";
import { regions } from "../../config/schema/primitives";
import { connectionOptions } from "../../container/src/database/postgres";
import { databaseSettings, serverSettings } from "../../container/src/settings";
import { resources, synthesizeEnvironment } from "../synth";

const { image } = minimalEnvironment.application;

/** Environment variables that the stack gives to a task; references to other resources stay as they are. */
function variables(overrides: Partial<EnvironmentInput>): Record<string, string> {
  const [task] = resources(synthesizeEnvironment(overrides)("compute"), "aws_ecs_task_definition");
  const pairs = String(task?.container_definitions).matchAll(/"name" = "([A-Z_]+)", "value" = "?([^"}]+)/g);
  return Object.fromEntries([...pairs].map(([, name = "", value = ""]) => [name, value]));
}

/** Every option whose value reaches the sample application as a number, with a value that `chosen` chooses. */
const withNumbers = (chosen: (option: string) => number): Partial<EnvironmentInput> => ({
  application: {
    image,
    stopTimeoutSeconds: chosen("application.stopTimeoutSeconds"),
    containerPort: chosen("application.containerPort"),
    databasePoolSize: chosen("application.databasePoolSize"),
  },
  compute: { loadBalancer: { idleTimeoutSeconds: chosen("compute.loadBalancer.idleTimeoutSeconds") } },
  data: { database: { port: chosen("data.database.port") } },
});

/** The lowest or the highest value that the schema takes. */
const limit = (which: "minValue" | "maxValue") => (option: string) => {
  const found = [...allOptions(environmentSchema)].find(({ path }) => path.join(".") === option);
  const schema = found && unwrap(found.schema);
  if (!(schema instanceof z.ZodNumber)) throw new Error(`${option} is no number`);
  return Number(schema[which]);
};

test.each(["minValue", "maxValue"] as const)("the sample application starts with the %s of every number", (which) => {
  const given = variables(withNumbers(limit(which)));
  expect(() => serverSettings({ ...given, DATABASE_USERNAME: "app", DATABASE_PASSWORD: "secret" })).not.toThrow();
});

test.each([
  [1, 2],
  [60, 30],
  [4000, 120],
])(
  "a task keeps idle connections longer than a load balancer with %d s, and stops draining before ECS ends it after %d s",
  (idleTimeoutSeconds, stopTimeoutSeconds) => {
    const given = variables({
      application: { image, stopTimeoutSeconds },
      compute: { loadBalancer: { idleTimeoutSeconds } },
    });
    expect(Number(given.KEEP_ALIVE_SECONDS)).toBeGreaterThan(idleTimeoutSeconds);
    expect(Number(given.DRAIN_SECONDS)).toBeLessThan(stopTimeoutSeconds);
  },
);

test("Regions whose database authorities the sample application knows are those of its certificates that are valid", () => {
  const settings = databaseSettings({
    DATABASE_HOST: "database",
    DATABASE_NAME: "app",
    DATABASE_USERNAME: "app",
    DATABASE_PASSWORD: "secret",
  });
  const { ca } = connectionOptions(settings).ssl as { ca: readonly string[] };
  const known = ca
    .map((pem) => new X509Certificate(pem))
    .filter(({ validTo }) => Date.parse(validTo) > Date.now())
    .flatMap(({ subject }) => /CN=Amazon RDS ([a-z0-9-]+) Root CA (?:RSA|ECC)/.exec(subject)?.[1] ?? []);
  const offered: readonly string[] = regions;
  expect([...regionsWithKnownDatabaseAuthority].sort()).toEqual(
    [...new Set(known)].filter((region) => offered.includes(region)).sort(),
  );
});
