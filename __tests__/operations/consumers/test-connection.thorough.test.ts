import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { projectPath } from "../../../config/project";
import { temporaryFolder } from "../../temporary-folder";

const SCRIPT = projectPath("operations/consumers/test-connection.sh");
// Nothing but this machine is here, whose own address is no address of a VPC: the script sees 10.0.0.7 in its place.
const CURL = String.raw`#!/bin/sh
for word; do shift; set -- "$@" "$(printf %s "$word" | sed 's/10\.0\.0\.7/127.0.0.1/')"; done
case " $* " in *" -T . "*) exec CURL "$@" ;; esac # The script ends it where no one answers.
out=$(CURL "$@" 2>"$0.$$"); code=$?
sed 's/Trying 127\.0\.0\.1:/Trying 10.0.0.7:/' "$0.$$" >&2
printf '%s\n' "$out" | sed 's/127\.0\.0\.1$/10.0.0.7/'
exit $code
`;
const folder = temporaryFolder("test-connection");
let servers: Server[] = [];

beforeAll(() => {
  const curl = execFileSync("sh", ["-c", "command -v curl"], { encoding: "utf8" }).trim();
  writeFileSync(join(folder, "curl"), CURL.replaceAll("CURL", curl));
  chmodSync(join(folder, "curl"), 0o755);
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
      ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")],
    ],
    { stdio: "ignore" },
  );
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

const answer: RequestListener = (request, response) => {
  request.resume();
  request.on("end", () => response.end("ok"));
};

async function listen(server: Server, address = "127.0.0.1"): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port;
}

interface Result {
  readonly exitCode: number;
  readonly table: string;
}

interface Surroundings {
  readonly vpc?: boolean;
  readonly CURL_CA_BUNDLE?: string;
  readonly http_proxy?: string;
  readonly PATH?: string;
}

function run(args: readonly string[], { vpc = true, ...env }: Surroundings = {}) {
  const path = vpc ? `${folder}:${process.env.PATH}` : process.env.PATH;
  return new Promise<Result>((resolve) => {
    execFile("sh", [SCRIPT, ...args], { env: { ...process.env, PATH: path, ...env } }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, table: stdout + stderr });
    });
  });
}

test("a service that works passes every test, with TLS", async () => {
  const [key, cert] = ["key.pem", "certificate.pem"].map((file) => readFileSync(join(folder, file)));
  const port = await listen(createTlsServer({ key, cert }, answer));
  const { exitCode, table } = await run(["-i", "2", "-k", "1", "-z", "127.0.0.1", `https://localhost:${port}/`], {
    CURL_CA_BUNDLE: join(folder, "certificate.pem"),
  });
  expect(table).toMatch(/all passed/);
  expect(table.match(/ ok /g)).toHaveLength(8);
  expect(exitCode).toBe(0);
});

test("a certificate that is not valid for the name fails, and nothing else", async () => {
  const [key, cert] = ["key.pem", "certificate.pem"].map((file) => readFileSync(join(folder, file)));
  const port = await listen(createTlsServer({ key, cert }, answer));
  const { exitCode, table } = await run(["-i", "0", "-z", "127.0.0.1", `https://127.0.0.1:${port}/`]);
  expect(table).toMatch(/certificate is valid for the name +FAIL/);
  expect(table).toMatch(/1 failed/);
  expect(exitCode).toBe(1);
});

test("an address outside of the VPC fails", async () => {
  const port = await listen(createServer(answer));
  const { table } = await run(["-i", "0", `http://127.0.0.1:${port}/`], { vpc: false });
  expect(table).toMatch(/address is private +FAIL +127\.0\.0\.1/);
});

test("a name that does not resolve fails, and what would need it is not tested", async () => {
  const { table } = await run(["http://nowhere.invalid/"]);
  expect(table).toMatch(/name resolves +FAIL/);
  for (const row of ["address is private", "service answers", "large request", "idle connection"]) {
    expect(table).toMatch(new RegExp(`${row} +- +not tested`));
  }
  expect(table).toMatch(/1 failed/);
});

test("a service that cannot be reached fails, and what would need it is not tested", async () => {
  const { table } = await run(["-t", "1", "https://127.0.0.1:1/"]);
  expect(table).toMatch(/name resolves +ok/);
  expect(table).toMatch(/service answers +FAIL +curl: \(7\).*security group/);
  for (const row of ["certificate is valid for the name", "large request", "idle connection"]) {
    expect(table).toMatch(new RegExp(`${row} +- +not tested`));
  }
  expect(table).toMatch(/1 failed/);
});

test("a proxy does not stand in for the way that is tested", async () => {
  const port = await listen(createServer(answer));
  const { table } = await run(["-i", "0", `http://127.0.0.1:${port}/`], { http_proxy: "http://127.0.0.1:1" });
  expect(table).toMatch(/all passed/);
});

test("a zone in which nothing answers fails, the other does not", async () => {
  const port = await listen(createServer(answer));
  const { table } = await run(["-i", "0", "-z", "127.0.0.1", "-z", "127.0.0.3", `http://127.0.0.1:${port}/`]);
  expect(table).toMatch(/zone answers +ok +127\.0\.0\.1/);
  expect(table).toMatch(/zone answers +FAIL +127\.0\.0\.3/);
  expect(table).toMatch(/zone that answered the name +- +127\.0\.0\.1/);
});

test("a service that is broken fails", async () => {
  const port = await listen(createServer((_request, response) => void response.writeHead(503).end()));
  const { table } = await run(["-i", "0", `http://127.0.0.1:${port}/`]);
  expect(table).toMatch(/service answers +FAIL +HTTP 503/);
  expect(table).toMatch(/large request +- +not tested: HTTP 503/);
});

test("a large request that is swallowed fails", async () => {
  const port = await listen(
    createServer((request, response) => {
      if (request.method === "GET") answer(request, response);
      else request.socket.destroy();
    }),
  );
  const { table } = await run(["-i", "0", `http://127.0.0.1:${port}/`]);
  expect(table).toMatch(/large request +FAIL/);
});

test("connections that are cut while they are idle fail", async () => {
  const server = createServer(answer);
  server.on("connection", (socket) => {
    socket.setTimeout(500, () => socket.destroy());
  });
  const { table } = await run(["-i", "2", `http://127.0.0.1:${await listen(server)}/`]);
  expect(table).toMatch(/idle 2 s, keep-alive +FAIL/);
  expect(table).toMatch(/idle 2 s, no keep-alive +FAIL/);
});

test("an answer to a silent connection counts from when it came, not from the end of the silence", async () => {
  const port = await listen(
    createServer((request, response) => {
      if (request.headers["transfer-encoding"]) setTimeout(() => response.writeHead(408).end(), 500);
      else answer(request, response);
    }),
  );
  const { table } = await run(["-i", "4", `http://127.0.0.1:${port}/`]);
  expect(table).toMatch(/idle 4 s, no keep-alive +FAIL +ended after [0-2]\./);
});

test("beyond PrivateLink's idle timeout, a connection without keep-alive has to break: that is no failure", async () => {
  const port = await listen(createServer(answer));
  // Time passes faster, and what is silent is reset at its end.
  const hasty = join(folder, "hasty");
  mkdirSync(hasty);
  writeFileSync(join(hasty, "sleep"), '#!/bin/sh\nif [ "$1" = 1 ]; then exec /bin/sleep 1; fi\n');
  writeFileSync(
    join(hasty, "curl"),
    `#!/bin/sh\ncase "$*" in *--no-keepalive*) cat >/dev/null; echo "000 360.1 10.0.0.7"; echo "curl: (56) reset" >&2; exit 56 ;; esac\nexec ${folder}/curl "$@"\n`,
  );
  for (const program of ["curl", "sleep"]) chmodSync(join(hasty, program), 0o755);
  const { table } = await run([`http://127.0.0.1:${port}/`], { PATH: `${hasty}:${folder}:${process.env.PATH}` });
  expect(table).toMatch(/idle 360 s, keep-alive +ok/);
  expect(table).toMatch(/idle 360 s, no keep-alive +- +broken after 360 s.*clients need keep-alive/);
  expect(table).toMatch(/all passed/);
});

test("a silent connection that nobody answers on fails after the time that a request may take", async () => {
  const port = await listen(
    createServer((request, response) => {
      if (!request.headers["transfer-encoding"]) answer(request, response);
    }),
  );
  const { table } = await run(["-i", "1", "-t", "1", `http://127.0.0.1:${port}/`]);
  expect(table).toMatch(/idle 1 s, keep-alive +FAIL +broken when it was used again after 1 s: no answer within 1 s/);
});

test("a service that answers before the body has ended tests no idle connection, and says so", async () => {
  const port = await listen(createServer((_request, response) => void response.end("at once")));
  const { table } = await run(["-i", "2", `http://127.0.0.1:${port}/`]);
  expect(table).toMatch(/idle connection +- +not tested: HTTP 200/);
});

test.each([[[]], [["-i", "soon", "http://a/"]], [["ftp://a/"]], [["-x", "http://a/"]]])(
  "fails when it is called with %j",
  async (args) => {
    const { exitCode, table } = await run(args);
    expect(exitCode).toBe(2);
    expect(table).toMatch(/usage: sh test-connection\.sh/);
  },
);
