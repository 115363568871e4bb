// A task of the lab: answers health checks, and any other request with a row of each real database, queried for each request.
// It speaks one version of HTTP alone, as most servers of HTTP/2 and gRPC do, and says of which service it is.
// Environment: SERVICE, PORT, PROTOCOL_VERSION (HTTP1, HTTP2 or GRPC), TLS (1: yes), HEALTH_CHECK_PATH,
// DATABASES (addresses of all database interfaces, separated by commas), DATABASE_PORT, PSQL, OPENSSL.
import { execFile, execFileSync } from "node:child_process";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { promisify } from "node:util";

const run = promisify(execFile);
const {
  DATABASES = "",
  DATABASE_PORT = "5432",
  HEALTH_CHECK_PATH = "/health",
  OPENSSL = "openssl",
  PORT = "8080",
  PROTOCOL_VERSION = "HTTP1",
  PSQL = "psql",
  SERVICE = "application",
  TLS = "",
} = process.env;
const answeredBy = { "answered-by": SERVICE };

/** One row from each of them. */
async function rows() {
  const connection = { PGCONNECT_TIMEOUT: "3", PGUSER: "app", PGDATABASE: "postgres", PGPORT: DATABASE_PORT };
  const addresses = DATABASES.split(",").filter((address) => address !== "");
  const asked = addresses.map(async (address) => {
    const query = ["-h", address, "-Atqc", "select 'a row from ' || inet_server_addr()"];
    return (await run(PSQL, query, { env: { ...process.env, ...connection } })).stdout.trim();
  });
  return Promise.all(asked);
}

function answer(request, response) {
  if (request.url === HEALTH_CHECK_PATH) {
    response.writeHead(200, answeredBy).end("ok\n");
    return;
  }
  rows().then(
    (found) => response.writeHead(200, answeredBy).end(`${JSON.stringify(found)}\n`),
    (error) => response.writeHead(503, answeredBy).end(`${error.message}\n`),
  );
}

/** A message of Protocol Buffers behind the five bytes that say that it is not compressed, and how long it is. */
function message(...bytes) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, Buffer.from(bytes)]);
}

/** Any method is a unary one: SERVING in terms of grpc.health.v1.Health, which is a field of number 1 anywhere else. */
function answerGrpc(request, response) {
  if (request.method !== "POST" || !request.headers["content-type"]?.startsWith("application/grpc")) {
    response.writeHead(415, answeredBy).end();
    return;
  }
  const end = (status) => {
    response.writeHead(200, { ...answeredBy, "content-type": "application/grpc" });
    if (status === "0") response.write(message(0x08, 0x01));
    response.addTrailers({ "grpc-status": status });
    response.end();
  };
  request.resume();
  request.on("end", () => {
    if (request.url === HEALTH_CHECK_PATH) end("0");
    // 14: UNAVAILABLE
    else
      rows().then(
        () => end("0"),
        () => end("14"),
      );
  });
}

/** A pair of its own, made at each start: load balancers accept any certificate. */
function pair() {
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const options = ["req", "-x509", ...kind, "-subj", "/CN=task", "-keyout", "-", "-out", "-"];
  const pem = execFileSync(OPENSSL, options, { stdio: ["ignore", "pipe", "ignore"] });
  return { key: pem, cert: pem };
}

function server() {
  if (PROTOCOL_VERSION === "HTTP1") return TLS ? https.createServer(pair(), answer) : http.createServer(answer);
  const handler = PROTOCOL_VERSION === "GRPC" ? answerGrpc : answer;
  return TLS ? http2.createSecureServer(pair(), handler) : http2.createServer(handler);
}

server().listen(Number(PORT), "0.0.0.0");
