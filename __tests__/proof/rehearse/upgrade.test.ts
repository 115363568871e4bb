import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "../../../proof/rehearse/main";
import { copyOfOutput, judge } from "../../../proof/rehearse/upgrade";
import { readStacks } from "../../../synth/stacks";

describe("what an upgrade may do", () => {
  test.each([
    ["replace", "aws_db_instance.database_instance_D7FC2283"],
    ["delete", "aws_secretsmanager_secret_version.database-credentials_version_2FCCE4DC"],
    ["replace", "aws_vpc_endpoint_service.endpoint-service_49322BF2"],
    ["replace", 'aws_lb_target_group.port-80["0"]'],
  ])("fails where it would %s %s", (action, address) => {
    const check = judge("data-dev", [
      { action: "update", address: "aws_lb.a" },
      { action, address },
    ]);
    expect(check).toMatchObject({ status: "fail", saw: `${action} ${address}` });
  });

  test("passes with updates in place, imports, new resources and revisions", () => {
    const check = judge("compute-dev", [
      { action: "update", address: "aws_db_instance.database" },
      { action: "create", address: "aws_kms_key.key" },
      { action: "import", address: "aws_cloudwatch_log_group.group" },
      { action: "replace", address: "aws_ecs_task_definition.task" },
    ]);
    expect(check).toMatchObject({ status: "pass", saw: "update 1, create 1, import 1, replace 1" });
  });
});

describe("the folder of an earlier version", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "upgrade-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (id: string) => {
    const directory = join(folder, "before/stacks", id);
    mkdirSync(join(directory, "assets/page"), { recursive: true });
    for (const name of ["cdk.tf.json", "terraform.tfstate", "rehearsal_override.tf.json", "assets/page/index.html"])
      writeFileSync(join(directory, name), "{}");
    const stacks = { [id]: { name: id, workingDirectory: `stacks/${id}`, dependencies: [] } };
    writeFileSync(join(folder, "before/manifest.json"), JSON.stringify({ stacks }));
  };

  test("is copied without what it was applied with", () => {
    write("network-dev");
    const copy = copyOfOutput(join(folder, "before"), join(folder, "copy"));
    expect(readStacks(copy)).toMatchObject([{ id: "network-dev", directory: join(copy, "stacks/network-dev") }]);
    expect(readdirSync(join(copy, "stacks/network-dev")).sort()).toEqual(["assets", "cdk.tf.json"]);
  });

  test.each([
    ["that is none", () => undefined, "there is no manifest.json"],
    ["of another environment", () => write("network-prod"), "its stacks are network-prod"],
  ])("%s is refused before anything starts", async (_, prepare, why) => {
    prepare();
    const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
    const exitCode = process.exitCode;
    await command.parseAsync(["--upgrade-from", join(folder, "before")], { from: "user" });
    expect(said.mock.calls.flat().join("\n")).toContain(why);
    process.exitCode = exitCode;
    said.mockRestore();
  });
});
