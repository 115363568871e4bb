import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfiguration } from "../../../config/load";
import { projectPath } from "../../../config/project";
import { inTerminal, KEYS } from "../../terminal";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "new-configuration-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a new configuration, in a terminal", () => {
  // An address where no AWS answers: the account can't be proposed.
  const env = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  };
  const program = (kind: string) => [projectPath("cli/ecs-privatelink.mjs"), "new", kind, "--out", folder];
  const account = { when: /account id.*\?/, keys: `333344445555${KEYS.enter}` };
  const accept = (when: RegExp) => ({ when, keys: KEYS.enter });

  test("a name and an account are typed, every proposal is taken: the files are valid", async () => {
    const environment = await inTerminal(program("environment"), {
      env,
      typed: [
        { when: /Name\?/, keys: `staging${KEYS.enter}` },
        ...[/Stage\?/, /Region\?/].map(accept),
        account,
        ...[/IPv4 range/, /NAT gateways\?/, /image\?/, /Who may connect/, /security group/].map(accept),
      ],
    });
    expect(environment.lines.join("\n")).toContain("npx ecs-privatelink bootstrap --env staging");
    expect(environment.exitCode).toBe(0);
    const consumer = await inTerminal(program("consumer"), {
      env,
      typed: [
        { when: /Name\?/, keys: `team-a${KEYS.enter}` },
        ...[/Which service/, /Region\?/, /account id/, /VPC/, /Name for/, /Terraform state\?/].map(accept),
      ],
    });
    expect(consumer.exitCode).toBe(0);
    const { consumers, environments } = loadConfiguration({ folder });
    expect(environments).toMatchObject([{ name: "staging", stage: "development", region: "eu-west-1" }]);
    expect(consumers).toMatchObject([
      { name: "team-a", accountId: "333344445555", region: "eu-west-1", service: { environment: "staging" } },
    ]);
  }, 300_000);

  test("arrow keys choose, and production proposes what its rules accept", async () => {
    const { exitCode } = await inTerminal(program("environment"), {
      env,
      typed: [
        { when: /Name\?/, keys: `live${KEYS.enter}` },
        { when: /Stage\?/, keys: `${KEYS.down}${KEYS.enter}` },
        accept(/Region\?/),
        account,
        ...[/IPv4 range/, /NAT gateways\?/, /image\?/, /Who may connect/, /security group/].map(accept),
        { when: /E-mail/, keys: `platform@example.com${KEYS.enter}` },
        { when: /without TLS/, keys: `the certificate follows with the name${KEYS.enter}` },
      ],
    });
    expect(exitCode).toBe(0);
    expect(loadConfiguration({ folder }).environments).toMatchObject([
      { stage: "production", network: { natGateways: "perAz" } },
    ]);
  }, 300_000);

  test("a wrong answer is asked again, and Ctrl-C writes nothing", async () => {
    const { exitCode, lines } = await inTerminal(program("environment"), {
      env,
      typed: [
        { when: /Name\?/, keys: `Live!${KEYS.enter}` },
        { when: /lower-case letters/, keys: KEYS.interrupt },
      ],
    });
    expect(exitCode).toBe(130);
    expect(lines.at(-1)).toBe("interrupted; nothing was written");
    expect(existsSync(join(folder, "environments"))).toBe(false);
  }, 300_000);
});
