// The task of the lab: answers health checks, and any other request with a row of the real database, queried for each request.
// Environment: PORT, DATABASES (addresses of all database interfaces, separated by commas), DATABASE_PORT, PSQL.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";

const run = promisify(execFile);
const { DATABASES = "", DATABASE_PORT = "5432", PORT = "8080", PSQL = "psql" } = process.env;

/** One row from each of them. */
async function rows() {
  const connection = { PGCONNECT_TIMEOUT: "3", PGUSER: "app", PGDATABASE: "postgres", PGPORT: DATABASE_PORT };
  const asked = DATABASES.split(",").map(async (address) => {
    const query = ["-h", address, "-Atqc", "select 'a row from ' || inet_server_addr()"];
    return (await run(PSQL, query, { env: { ...process.env, ...connection } })).stdout.trim();
  });
  return Promise.all(asked);
}

const server = createServer((request, response) => {
  if (request.url === "/health") {
    response.end("ok\n");
    return;
  }
  rows().then(
    (found) => response.end(`${JSON.stringify(found)}\n`),
    (error) => response.writeHead(503).end(`${error.message}\n`),
  );
});
server.listen(Number(PORT), "0.0.0.0");
