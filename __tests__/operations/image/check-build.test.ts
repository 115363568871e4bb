import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentInput } from "../../../config/schema";
import { checkBuild } from "../../../operations/image/check-build";
import { environmentOf } from "../../synth";

const password = "eyJ0b2tlbiI:with a colon";

/** Docker engine (`/_ping`) and registry (`/v2/`, one login) in one. */
let server: Server;
let registry: string;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const accepted = `Basic ${Buffer.from(`AWS:${password}`).toString("base64")}`;
  server = createServer(({ headers, url }, response) => {
    const open = url === "/_ping" || (url === "/v2/" && headers.authorization === accepted);
    response.writeHead(open ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  registry = `127.0.0.1:${address.port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docker-"));
  env = { PATH: `${folder}:${process.env.PATH}`, DOCKER_CONFIG: folder, DOCKER_HOST: `tcp://${registry}` };
});
afterEach(() => rmSync(folder, { recursive: true }));

const configure = (configuration: object) => writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
const auth = (secret: string) => Buffer.from(`AWS:${secret}`).toString("base64");
const check = (image: EnvironmentInput["application"]["image"] = { build: {} }) =>
  checkBuild(environmentOf({ application: { image } }), {
    accountId: "111122223333",
    env,
    registry: `http://${registry}`,
  });
const loginCommand = () =>
  `aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin ${registry}`;

function installHelper(script: string): void {
  writeFileSync(join(folder, "docker-credential-test"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "docker-credential-test"), 0o755);
}

test.each(["http://", "https://", ""])(
  "the login that docker login wrote for %shost is found and accepted",
  async (scheme) => {
    configure({ auths: { [`${scheme}${registry}`]: { auth: auth(password) } } });
    expect(await check()).toBe(`${registry} accepts the Docker client's login`);
  },
);

test.each(["credHelpers", "credsStore"])("a credential helper (%s) is asked for this registry", async (kind) => {
  configure(kind === "credsStore" ? { credsStore: "test" } : { credHelpers: { [registry]: "test" } });
  installHelper(`read host; test "$host" = "${registry}" && echo '{"Username":"AWS","Secret":"${password}"}'`);
  expect(await check()).toBe(`${registry} accepts the Docker client's login`);
});

test("fails with the command that logs in when there is no login", async () => {
  await expect(check()).rejects.toThrow(
    `the Docker client is not logged in to ${registry} (${folder}/config.json): ${loginCommand()}`,
  );
  configure({ auths: { "other.example": { auth: auth(password) } } });
  await expect(check()).rejects.toThrow("is not logged in to");
  configure({ credsStore: "test" });
  installHelper("cat >/dev/null; echo 'credentials not found in native keychain'; exit 1");
  await expect(check()).rejects.toThrow("is not logged in to");
});

test("fails with the command that logs in when the login has run out", async () => {
  configure({ auths: { [registry]: { auth: auth("old") } } });
  const failure = check();
  await expect(failure).rejects.toThrow(
    `${registry} refuses the Docker client's login (401 Unauthorized); ECR's last 12 hours: ${loginCommand()}`,
  );
  await expect(failure).rejects.not.toThrow(auth("old"));
});

test("fails when the configured credential helper is not installed", async () => {
  configure({ credHelpers: { [registry]: "missing" } });
  await expect(check()).rejects.toThrow(
    "config.json names docker-credential-missing, which is not in PATH: install it",
  );
});

test("fails when Docker's configuration is broken", async () => {
  writeFileSync(join(folder, "config.json"), "{");
  await expect(check()).rejects.toThrow(/can't read Docker's configuration .*config\.json/);
});

test("a token in a variable is checked in its place", async () => {
  const byToken = { build: { login: "token-variable" } } as const;
  await expect(check(byToken)).rejects.toThrow(
    'no token is given: export TF_VAR_ecr_token="$(aws ecr get-login-password --region eu-central-1)"',
  );
  env = { ...env, TF_VAR_ecr_token: "old" };
  await expect(check(byToken)).rejects.toThrow("refuses the token in TF_VAR_ecr_token (401 Unauthorized)");
  env = { ...env, TF_VAR_ecr_token: password };
  expect(await check(byToken)).toBe(`${registry} accepts the token in TF_VAR_ecr_token`);
});

test("fails when no engine answers, and names the way without one", async () => {
  env = { ...env, DOCKER_HOST: "unix:///does/not/exist.sock" };
  await expect(check()).rejects.toThrow(
    /no Docker engine answers at .*: start Docker, or .* give application\.image\.uri/,
  );
});

test("fails when the registry can't be reached", async () => {
  const unreachable = { accountId: "111122223333", env, registry: "http://127.0.0.1:1" };
  await expect(checkBuild(environmentOf({ application: { image: { build: {} } } }), unreachable)).rejects.toThrow(
    "can't reach the registry http://127.0.0.1:1",
  );
});

test("nothing is asked for when the image is built elsewhere", async () => {
  env = {};
  const uri = `111122223333.dkr.ecr.eu-central-1.amazonaws.com/app@sha256:${"0".repeat(64)}`;
  expect(await check({ uri })).toBe("image.uri is given: nothing is built here");
});
