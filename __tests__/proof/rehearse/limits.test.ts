import { existsSync, statSync } from "node:fs";
import { projectPath } from "../../../config/project";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { PREBUILT_PACKAGE } from "../../../proof/lab/rehearsable";
import { buildPackage, findLimits } from "../../../proof/rehearse/limits";

const missing = (source: string) => ({ requirement: { source, version: "1.0.0" }, why: "no such host" });
const providers = (...sources: string[]) => ({ env: {}, lockFile: "", installed: [], missing: sources.map(missing) });

test("a machine without archive and docker provider says so of package and image; with all providers, of nothing", () => {
  expect(
    findLimits({
      providers: providers("registry.terraform.io/hashicorp/archive", "registry.terraform.io/kreuzwerker/docker"),
    }),
  ).toEqual({
    archive: "registry.terraform.io/hashicorp/archive can't be installed: no such host",
    image: "registry.terraform.io/kreuzwerker/docker can't be installed: no such host",
  });
  expect(findLimits({ providers: providers() })).toEqual({});
});

test("nothing stands in for the AWS provider", () => {
  expect(() => findLimits({ providers: providers("registry.terraform.io/hashicorp/aws") })).toThrow(
    /hashicorp\/aws 1\.0\.0 can't be installed: no such host[\s\S]*TF_PROVIDER_MIRROR/,
  );
});

test("the package is built where the environment then expects it", async () => {
  return inTemporaryFolder("limits", async (logs) => {
    const never = new AbortController().signal;
    const begin = Date.now();
    await buildPackage(projectPath(), logs, { stop: never, kill: never });
    const file = projectPath(PREBUILT_PACKAGE);
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).mtimeMs).toBeGreaterThanOrEqual(begin - 1000);
  });
}, 120_000);
