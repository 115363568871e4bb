import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly overrides?: Record<string, string>;
}

interface Lock {
  readonly packages: Record<string, Manifest & { readonly version?: string; readonly link?: boolean }>;
}

const project = join(__dirname, "../..");
const read = <T>(path: string) => JSON.parse(readFileSync(join(project, path), "utf8")) as T;

const manifest = read<Manifest>("container/package.json");
const imageLock = read<Lock>("container/package-lock.json").packages;
const projectLock = read<Lock>("package-lock.json").packages;

// Two locks hold the sample's dependencies: the project's, which tests run with, and its own, for the image build.
test("the image's lock file is that of container/package.json (else: npm run lock in container/)", () => {
  expect(imageLock[""]?.dependencies).toEqual(manifest.dependencies);
  expect(imageLock[""]?.devDependencies).toEqual(manifest.devDependencies);
});

test.each(Object.keys({ ...manifest.dependencies, ...manifest.overrides }))(
  "tests and image run with the same version of %s",
  (name) => {
    const path = `node_modules/${name}`;
    expect((projectLock[`container/${path}`] ?? projectLock[path])?.version).toBe(imageLock[path]?.version);
  },
);
