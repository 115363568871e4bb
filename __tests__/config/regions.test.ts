import { readFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import { regions } from "../../config/schema/primitives";
import { changed } from "./changed";
import { environment, problemsOf } from "./support";

/** Partitions as the AWS SDK has them; it exports no list, only what is in its files. */
const sdk = readFileSync(projectPath("node_modules/@aws-sdk/core/dist-cjs/submodules/client/index.js"), "utf8");
const known = [...sdk.matchAll(/"([a-z]{2}(?:-gov)?-[a-z]+-\d)": ?\{/g)].map(([, region = ""]) => region);

test("the Regions are those of the AWS SDK's commercial and GovCloud partitions", () => {
  expect(known.length).toBeGreaterThan(30);
  expect([...regions].sort()).toEqual(known.filter((region) => !region.startsWith("cn-")).sort());
});

test.each(["cn-north-1", "cn-northwest-1"])("%s is refused with the reason", (region) => {
  expect(problemsOf({ environments: { test: changed(environment, { region }) } })).toMatchObject([
    { path: "region", fix: expect.stringContaining("China Regions have other service principals") },
  ]);
});
