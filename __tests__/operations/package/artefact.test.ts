import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { packageEnvironment, writeArtefacts } from "../../../operations/package/artefact";
import { consumerOf, environmentOf } from "../../synth";
import { temporaryFolder } from "../../temporary-folder";

const environment = environmentOf(
  { privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", albTargetMode: "alb-target" } },
  "dev",
);
const consumer = consumerOf(
  { region: "eu-central-1", accountId: "111122223333", service: { environment: "dev" }, vpc: { cidr: "10.9.0.0/24" } },
  "shop",
);
const configuration = { environments: [environment, environmentOf({}, "other")], consumers: [consumer] };

const folder = temporaryFolder("artefact");
beforeAll(() => {
  const artefact = packageEnvironment(configuration, environment, "v1.2.0");
  expect(packageEnvironment(configuration, environment, "v1.2.0")).toEqual(artefact);
  writeArtefacts(folder, [artefact]);
  execFileSync("tar", ["xzf", artefact.name], { cwd: folder });
});

describe("the Terraform JSON for plain Terraform", () => {
  test("holds a folder per stack of the environment and its consumers, in the order to apply them", () => {
    const order = readFileSync(join(folder, "ORDER"), "utf8").trim().split("\n");
    expect(order).toEqual([
      "state-backend-dev",
      "network-dev",
      "data-dev",
      "compute-dev",
      "privatelink-service-dev",
      "consumer-endpoint-shop",
    ]);
    for (const id of order) JSON.parse(readFileSync(join(folder, "stacks", id, "cdk.tf.json"), "utf8"));
  });

  test("tells Atlantis the same order, without the bucket that is made once", () => {
    const { projects } = parse(readFileSync(join(folder, "atlantis.yaml"), "utf8")) as {
      projects: { name: string; dir: string; execution_order_group: number; depends_on?: string[] }[];
    };
    const group = new Map(projects.map(({ name, execution_order_group }) => [name, execution_order_group]));
    expect([...group.keys()]).not.toContain("state-backend-dev");
    for (const { name, dir, depends_on = [] } of projects) {
      expect(dir).toBe(`stacks/${name}`);
      for (const dependency of depends_on) expect(group.get(dependency)).toBeLessThan(group.get(name) ?? 0);
    }
  });

  test("comes with checksums that sha256sum accepts, and that notice a changed byte", () => {
    const check = () => execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: folder, stdio: "pipe" });
    check();
    const file = join(folder, "private-app-dev-v1.2.0.tar.gz");
    const content = readFileSync(file);
    writeFileSync(file, Buffer.concat([content, Buffer.from([0])]));
    expect(check).toThrow(/FAILED|did NOT match/);
    writeFileSync(file, content);
  });
});
