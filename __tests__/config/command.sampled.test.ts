import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { ConfigurationError, loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { anyConfiguration } from "../../proof/arbitraries/configuration";
import { synthesize } from "../../synth/synthesize";
import { runs } from "../lane";
import { breakagesOf } from "./breakages";
import { changed } from "./changed";
import { consumer, withFolder } from "./support";

/** Runs the very command that CDKTF runs, in a process of its own, with an output folder of its own. */
function command(config: string, outdir: string) {
  const { status, stderr } = spawnSync(process.execPath, ["synth/bundled.mjs"], {
    cwd: projectPath(),
    encoding: "utf8",
    env: { ...process.env, CONFIG: config, CDKTF_OUTDIR: outdir },
  });
  return { status, stderr };
}

/** What it does, in this process. */
function synth(config: string, folder: string) {
  try {
    synthesize(loadConfiguration({ files: config }), folder);
    return { status: 0, stderr: "" };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { status: 1, stderr: error.message };
  }
}

let outdir = "";

/** What an earlier run has left. */
const earlier = { "manifest.json": '{"stacks":{}}' };

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "output-"));
  for (const [file, content] of Object.entries(earlier)) writeFileSync(join(outdir, file), content);
});
afterEach(() => rmSync(outdir, { recursive: true }));

const untouched = () => {
  const files = Object.fromEntries(readdirSync(outdir).map((file) => [file, readFileSync(join(outdir, file), "utf8")]));
  expect(files).toEqual(earlier);
};

test("a broken prod.yaml: its problems, exit code 1, no stack trace, nothing written", () => {
  const prod = changed(parse(readFileSync(projectPath("config/environments/prod.yaml"), "utf8")), {
    "data.database.multiAz": false,
    "network.natGatways": "none",
    "privatelink.consumerCidrs": [],
  });
  const { status, stderr } = withFolder({ environments: { prod } }, (folder) =>
    command(join(folder, "environments/prod.yaml"), outdir),
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /prod\.yaml:\d+:\d+ {2}data\.database\.multiAz\n {2}given: {3}false\n {2}allowed: in production: true\n/,
  );
  expect(stderr).toMatch(/network\.natGatways\n.*\n.*\n {2}fix: {5}did you mean natGateways\? rename it\n/);
  expect(stderr).toMatch(/privatelink\.consumerCidrs\n.*no client would pass\n/);
  expect(stderr).toMatch(/\n3 problems in 1 file\n/);
  expect(stderr).not.toMatch(/\n\s+at /);
  untouched();
});

test("many wrong environments in one run: each is named with its path, nothing written", () => {
  const broken = fc
    .sample(anyConfiguration, { numRuns: 40, seed: 7 })
    // The files of consumers are not written here, and some mistakes are seen only with them.
    .filter(({ consumers }) => Object.keys(consumers).length === 0)
    .slice(0, runs(15))
    .flatMap((configuration, index) =>
      fc.sample(fc.constantFrom(...breakagesOf(configuration).filter(({ kind }) => kind === "environments")), {
        numRuns: 4,
        seed: index,
      }),
    )
    .map((way) => way.make());
  const files = broken.map(({ file, files: { environments } }, index) => {
    const name = file.replace(/^environments\/|\.yaml$/g, "");
    return [`wrong-${index}`, environments?.[name]] as const;
  });
  const { status, stderr } = withFolder({ environments: Object.fromEntries(files) }, (folder) =>
    synth(join(folder, "environments/*.yaml"), outdir),
  );
  expect(status).toBe(1);
  const missing = broken.filter(
    ({ path }, index) =>
      !stderr.split("\n").some((line) => line.includes(`/wrong-${index}.yaml`) && line.endsWith(`  ${path}`)),
  );
  expect(missing.map(({ path }) => path)).toEqual([]);
  untouched();
});

test("many wrong consumers in one run: each is named with its path, nothing written", () => {
  const configuration = fc
    .sample(anyConfiguration, { numRuns: 20, seed: 7 })
    .find(({ consumers }) => Object.keys(consumers).length > 0);
  if (configuration === undefined) throw new Error("no configuration with a consumer");
  const broken = breakagesOf(configuration).flatMap(({ kind, make }) => (kind === "consumers" ? [make()] : []));
  expect(broken.length).toBeGreaterThan(20);
  const files = broken.map(({ file, files: { consumers } }, index) => {
    const name = file.replace(/^consumers\/|\.yaml$/g, "");
    return [`wrong-${index}`, consumers?.[name]] as const;
  });
  const { status, stderr } = withFolder(
    { environments: configuration.environments, consumers: Object.fromEntries(files) },
    (folder) => synth(join(folder, "*/*.yaml"), outdir),
  );
  expect(status).toBe(1);
  const missing = broken.filter(
    ({ path }, index) =>
      !stderr.split("\n").some((line) => line.includes(`/wrong-${index}.yaml`) && line.endsWith(`  ${path}`)),
  );
  expect(missing.map(({ name, path }) => `${name}: ${path}`)).toEqual([]);
  untouched();
});

test("a folder with one consumer file alone: one stack", () => {
  const { status, stderr } = withFolder({ consumers: { ours: consumer } }, (folder) =>
    synth(join(folder, "consumers/ours.yaml"), outdir),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readdirSync(join(outdir, "stacks"))).toEqual(["consumer-endpoint-ours"]);
});
