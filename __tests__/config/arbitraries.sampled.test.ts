import fc from "fast-check";
import type { z } from "zod";
import { ANY_NAME, allOptions } from "../../config/options";
import { consumerSchema, environmentSchema } from "../../config/schema";
import { anyConfiguration, type ConfigurationInput } from "../../proof/arbitraries/configuration";
import { runs, seed } from "../lane";
import { problemsOf } from "./support";

const samples = fc.sample(anyConfiguration, { numRuns: 200, seed: 42 });

test("what is made is valid", () => {
  fc.assert(
    fc.property(anyConfiguration, (configuration) => {
      expect(problemsOf(configuration)).toEqual([]);
    }),
    { numRuns: runs(40), seed },
  );
});

const paths = (schema: z.core.$ZodType): string[] => [...allOptions(schema)].map(({ path }) => path.join("."));

/** Paths of all options that have a value, as `allOptions` names them. */
function* written(value: unknown, known: readonly string[], path = ""): Generator<string> {
  if (value === undefined) return;
  if (path) yield path;
  if (Array.isArray(value)) for (const entry of value) yield* written(entry, known, `${path}[]`);
  else if (typeof value === "object" && value !== null) {
    const named = known.some((option) => option.startsWith(`${path}.${ANY_NAME}.`));
    for (const [key, entry] of Object.entries(value)) {
      yield* written(entry, known, path ? `${path}.${named ? ANY_NAME : key}` : key);
    }
  }
}

/** Options that no valid file has: two name a file that a build makes, one has no effect for consumers. */
const neverWritten = {
  environment: ["privatelink.consumerConnections.prebuiltPackage", "privatelink.sync.prebuiltPackage"],
  consumer: ["backend.s3.forceDestroy"],
};

test.each([
  ["environment", environmentSchema, ({ environments }: ConfigurationInput) => Object.values(environments)],
  ["consumer", consumerSchema, ({ consumers }: ConfigurationInput) => Object.values(consumers)],
] as const)("every option of the %s schema is written at times", (name, schema, inputs) => {
  const known = paths(schema);
  const seen = new Set(samples.flatMap((sample) => inputs(sample).flatMap((input) => [...written(input, known)])));
  const missing = known.filter((path) => !seen.has(path));
  expect(missing).toEqual(neverWritten[name]);
});

test("every pair of modes is made", () => {
  const modes = ({
    application,
    backend,
    compute,
    network,
    privatelink,
    stage,
  }: ConfigurationInput["environments"][string]) => ({
    stage,
    backend: backend?.type ?? "s3",
    network: network.existing ? "existing" : "created",
    natGateways: network.existing
      ? network.existing.provides?.includes("nat")
        ? "perAz"
        : "none"
      : (network.natGateways ?? "perAz"),
    ipAddressType: network.ipAddressType ?? "ipv4",
    image: application.image.build ? "build" : "uri",
    launchType: compute?.launchType ?? "EC2",
    albTargetMode: privatelink.albTargetMode ?? "ip-sync",
    enforcement: privatelink.enforceInboundRulesOnPrivateLinkTraffic,
  });
  const made = samples.flatMap(({ environments }) => Object.values(environments).map(modes));
  const names = Object.keys(made[0] ?? {}) as (keyof ReturnType<typeof modes>)[];
  const pairs = names.flatMap((a, index) => names.slice(index + 1).map((b) => [a, b] as const));
  const missing = pairs.flatMap(([a, b]) => {
    const values = (name: typeof a) => [...new Set(made.map((mode) => mode[name]))];
    const seen = new Set(made.map((mode) => `${mode[a]} ${mode[b]}`));
    return values(a).flatMap((one) =>
      values(b).flatMap((other) => (seen.has(`${one} ${other}`) ? [] : `${a} ${one}, ${b} ${other}`)),
    );
  });
  // HCP Terraform's workers cannot build, and an existing VPC has NAT or not, in whatever number of gateways.
  expect(missing).toEqual(["backend hcp, image build", "network existing, natGateways single"]);
});
