import { readFileSync } from "node:fs";
import { join } from "node:path";
import { minimalEnvironment } from "../../../config/minimal";
import { projectPath } from "../../../config/project";
import { type EnvironmentInput, environmentSchema } from "../../../config/schema";
import { albListeners, type LoadBalancing } from "../../../proof/path-lab/consumers/alb-listeners";
import { cases, type Row, wrongRows } from "../../../proof/path-lab/consumers/connection-test";
import { clientCertificates, taskVariables } from "../../../proof/path-lab/consumers/synthesized";
import { readStackJsons } from "../../../synth/stacks";
import { synthesize } from "../../../synth/synthesize";
import { temporaryFolder } from "../../temporary-folder";

const FILES = "config/examples/mutual-tls";
type MutualTls = NonNullable<NonNullable<EnvironmentInput["compute"]>["loadBalancer"]>["mutualTls"];
const folder = temporaryFolder("consumers-lab");

function synthesized(mutualTls: MutualTls) {
  const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";
  const environment = environmentSchema.parse({
    ...minimalEnvironment,
    compute: { loadBalancer: { listeners: [{ port: 443, certificateArn }], mutualTls } },
    privatelink: { ...minimalEnvironment.privatelink, targetGroup: { healthCheckProtocol: "TCP" } },
  });
  const outdir = join(folder, `${mutualTls?.mode}`);
  const all = synthesize({ environments: [{ ...environment, name: "lab" }], consumers: [] }, outdir);
  const stacks = readStackJsons(all);
  const directories = new Map(all.map(({ directory, id }) => [id, directory]));
  return { clients: clientCertificates(stacks, directories, folder), variables: taskVariables(stacks) };
}

describe("what the ALB's stand-in takes from the stacks", () => {
  test("verify: the files that Terraform would upload, and the application knows the mode", () => {
    const { clients, variables } = synthesized({
      mode: "verify",
      caBundle: `${FILES}/consumers-ca.pem`,
      revocationLists: [`${FILES}/revoked.pem`],
    });
    if (clients.mode !== "verify" || !clients.revocationFile) throw new Error(`verify with lists, not ${clients.mode}`);
    const own = (file: string) => readFileSync(projectPath(FILES, file), "utf8");
    expect(readFileSync(clients.caFile, "utf8")).toBe(own("consumers-ca.pem"));
    expect(clients.caFile).toContain("/stacks/compute-lab/assets/");
    expect(readFileSync(clients.revocationFile, "utf8")).toBe(own("revoked.pem"));
    expect(variables.MUTUAL_TLS).toBe("verify");
  });

  test("passthrough: no files", () => {
    const { clients, variables } = synthesized({ mode: "passthrough" });
    expect(clients).toEqual({ mode: "passthrough" });
    expect(variables.MUTUAL_TLS).toBe("passthrough");
  });

  test("without the option, nothing", () => {
    const { clients, variables } = synthesized(undefined);
    expect(clients).toEqual({ mode: "off" });
    expect(variables).not.toHaveProperty("MUTUAL_TLS");
  });
});

describe("the ALB's stand-in", () => {
  const chosen: LoadBalancing = {
    certificate: "/lab/alb.pem",
    clients: { mode: "verify", caFile: "/lab/ca.pem", revocationFile: "/lab/revoked.pem" },
    idleSeconds: 60,
    forgedHeaders: "replaced",
  };
  const subject = "X-Amzn-Mtls-Clientcert-Subject";

  test("verify: ends the handshake, and removes a client's header before it sets its own", () => {
    const { bind, lines } = albListeners(chosen);
    expect(bind).toBe("verify required ca-file /lab/ca.pem crl-file /lab/revoked.pem");
    const about = lines.filter((line) => line.includes(subject));
    expect(about).toEqual([
      `http-request del-header ${subject}`,
      `http-request set-header ${subject} %[ssl_c_s_dn(,0,rfc2253)] if { ssl_c_used }`,
    ]);
  });

  test("passthrough: one header with URL-encoded PEM, none of a verified client", () => {
    const { bind, lines } = albListeners({ ...chosen, clients: { mode: "passthrough" } });
    expect(bind).toMatch(/^verify optional .*crt-ignore-err all/);
    expect(lines.join("\n")).toContain(
      "X-Amzn-Mtls-Clientcert -----BEGIN%%20CERTIFICATE-----%%0A%[ssl_c_der,base64]%%0A-----END%%20CERTIFICATE-----%%0A if",
    );
    expect(lines.join("\n")).not.toContain(subject);
  });

  test("off: asks for nothing and sets no header", () => {
    const { bind, lines } = albListeners({ ...chosen, clients: { mode: "off" } });
    expect([bind, ...lines].join("\n")).not.toMatch(/verify|Mtls/);
  });
});

describe("which rows of a table are wrong", () => {
  const names = [
    ...["name resolves", "address is private", "service answers", "certificate is valid for the name"],
    ...["zone answers (a)", "zone answers (b)", "zone that answered the name", "large request"],
  ];
  const table = (change: Readonly<Record<string, [string, string]>>): Row[] =>
    names.map((name) => ({ name, result: change[name]?.[0] ?? "ok", seen: change[name]?.[1] ?? "" }));
  const one = { title: "a silent zone", fail: { "zone answers (b)": /\(28\)/ } };
  const right = table({ "zone answers (b)": ["FAIL", "curl: (28)"] });

  test("none, where exactly those fail that have to", () => {
    expect(wrongRows(right, one)).toEqual([]);
  });

  test.each<[string, Row[]]>([
    ["another row fails also", table({ "zone answers (b)": ["FAIL", "curl: (28)"], "large request": ["FAIL", "x"] })],
    ["the row passes", table({})],
    ["the row fails for another reason", table({ "zone answers (b)": ["FAIL", "curl: (60)"] })],
    ["another row was not tested", table({ "zone answers (b)": ["FAIL", "curl: (28)"], "large request": ["-", "x"] })],
    ["a row is missing", right.filter(({ name }) => name !== "large request")],
  ])("one, where %s", (_, rows) => {
    expect(wrongRows(rows, one)).toHaveLength(1);
  });

  test("each row is the one that fails in some case", () => {
    const failing = new Set(cases.flatMap(({ fail = {} }) => Object.keys(fail)));
    const idle = ["idle 4 s, keep-alive", "idle 4 s, no keep-alive"];
    expect([...failing].sort()).toEqual([...names.filter((name) => !name.startsWith("zone that")), ...idle].sort());
  });
});
