import fc from "fast-check";
import { allOptions } from "../../config/options";
import { consumerSchema, environmentSchema } from "../../config/schema";
import { anyConfiguration, type ConfigurationInput } from "./arbitraries/configuration";
import { problemsOf } from "./support";

const samples = fc.sample(anyConfiguration, { numRuns: 200, seed: 42 });

test("what is made is valid", () => {
  fc.assert(
    fc.property(anyConfiguration, (configuration) => {
      expect(problemsOf(configuration)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

/** Paths of all options that have a value, as `allOptions` names them. */
function* written(value: unknown, path = ""): Generator<string> {
  if (value === undefined) return;
  if (path) yield path;
  if (Array.isArray(value)) for (const entry of value) yield* written(entry, `${path}[]`);
  else if (typeof value === "object" && value !== null) {
    for (const [key, entry] of Object.entries(value)) yield* written(entry, path ? `${path}.${key}` : key);
  }
}

/** Options that no valid file has: one names a file that a build makes, one has no effect for consumers. */
const neverWritten = { environment: ["privatelink.sync.prebuiltPackage"], consumer: ["backend.s3.forceDestroy"] };

test.each([
  ["environment", environmentSchema, ({ environments }: ConfigurationInput) => Object.values(environments)],
  ["consumer", consumerSchema, ({ consumers }: ConfigurationInput) => Object.values(consumers)],
] as const)("every option of the %s schema is written at times", (name, schema, inputs) => {
  const seen = new Set(samples.flatMap((sample) => inputs(sample).flatMap((input) => [...written(input)])));
  const missing = [...allOptions(schema)].map(({ path }) => path.join(".")).filter((path) => !seen.has(path));
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
    natGateways: network.natGateways ?? "perAz",
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
  // HCP Terraform's workers cannot build.
  expect(missing).toEqual(["backend hcp, image build"]);
});
