import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { buildApp } from "../../../stacks/app";
import { readStackJson, readStacks } from "../../../synth/stacks";
import { hclStacks } from "../../../upkeep/migrations/hcl-stacks";
import { compareJson, versionsOf } from "../../../upkeep/migrations/json";
import { environmentOf } from "../../synth";

const stack = (cdktf: string, aws: string, cidr: string) => ({
  "network-dev": {
    "//": { metadata: { version: cdktf, stackName: "network-dev" } },
    terraform: { required_providers: { aws: { source: "aws", version: aws } } },
    resource: { aws_vpc: { vpc: { cidr_block: cidr } } },
  },
});

test("versions alone are no difference, anything else is", () => {
  const before = stack("0.21.0", "5.100.0", "10.0.0.0/16");
  expect(compareJson(before, stack("0.24.0", "6.25.0", "10.0.0.0/16"))).toEqual({ same: true, shown: "" });
  expect(compareJson(before, stack("0.21.0", "5.100.0", "10.1.0.0/16")).shown).toContain(
    '+   "cidr_block": "10.1.0.0/16"',
  );
  expect(versionsOf(before)).toBe("0.21.0");
});

const addresses = (resources: object = {}) =>
  Object.entries(resources).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`));

test("HCL has every address of the JSON, and what CDKTF can't write in HCL stands beside it", () => {
  inTemporaryFolder("lanes-test", (folder) => {
    const rest = (id: string) => join(folder, "hcl/stacks", id, "rest.tf.json");
    const configuration = { environments: [environmentOf()], consumers: [] };
    buildApp(configuration, { outdir: join(folder, "json") }).synth();
    const json = readStacks(join(folder, "json"));
    const hcl = hclStacks(configuration, json, join(folder, "hcl"));
    expect(hcl.map(({ id }) => id)).toEqual(json.map(({ id }) => id));
    for (const { directory, id } of hcl) {
      const text = readFileSync(join(directory, "cdk.tf"), "utf8");
      const written = [...text.matchAll(/^resource "(\S+)" "(\S+)"/gm)].map(([, type, name]) => `${type}.${name}`);
      const beside = existsSync(rest(id)) ? JSON.parse(readFileSync(rest(id), "utf8")).resource : undefined;
      const source = json.find((each) => each.id === id);
      const { resource } = (source ? readStackJson(source) : {}) as { resource?: object };
      expect([...written, ...addresses(beside)].sort()).toEqual(addresses(resource).sort());
    }
    const network = readFileSync(join(folder, "hcl/stacks/network-test/cdk.tf"), "utf8");
    expect(network).toMatch(/^postcondition \{\ncondition = /m);
    expect(network).not.toContain("postcondition = [");
    expect(Object.keys(JSON.parse(readFileSync(rest("data-test"), "utf8")))).toEqual(["ephemeral"]);
    expect(existsSync(rest("network-test"))).toBe(false);
    // A text that is JSON and holds references.
    const service = JSON.parse(readFileSync(rest("privatelink-service-test"), "utf8"));
    expect(Object.keys(service.resource)).toEqual(["aws_cloudwatch_dashboard"]);
    // The process continues to write JSON.
    expect(process.env.SYNTH_HCL_OUTPUT).toBeUndefined();
  });
});
