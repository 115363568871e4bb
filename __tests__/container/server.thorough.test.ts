import { readdirSync } from "node:fs";
import { Agent, createServer, get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder";
import { type Bucket, serveBucket } from "./support/bucket";
import { freePort } from "./support/free-port";
import { describeWithPostgres, type Postgres, startPostgres } from "./support/postgres";
import { buildPrograms, type Programs, type Running } from "./support/programs";

interface Server extends Running {
  readonly url: string;
}

let programs: Programs;
let bucket: Bucket;
const mount = temporaryFolder("mount");

beforeAll(async () => {
  programs = buildPrograms();
  bucket = await serveBucket(join(__dirname, "../../container/static"));
});
afterAll(async () => {
  programs?.remove();
  await bucket?.stop();
});

const nowhere = {
  DATABASE_HOST: "localhost",
  DATABASE_PORT: "1",
  DATABASE_NAME: "app",
  DATABASE_USERNAME: "app_admin",
  DATABASE_PASSWORD: "secret",
};

async function startServer(environment: Record<string, string>): Promise<Server> {
  const port = await freePort();
  const running = programs.start("server", [], {
    ...bucket.environment,
    FILE_SYSTEM_PATH: mount,
    PORT: String(port),
    ...environment,
  });
  await running.logged(({ msg }) => /Server listening/.test(msg));
  return { ...running, url: `http://127.0.0.1:${port}` };
}

test("wrong settings are all named, and no password is shown", async () => {
  const { exit, lines } = programs.start("server", [], {
    ...nowhere,
    PORT: "99999",
    FILE_SYSTEM_PATH: "mnt",
    LOG_LEVEL: "loud",
    DATABASE_NAME: "",
    STATIC_BUCKET: "",
  });
  expect(await exit).toBe(1);
  expect(lines).toHaveLength(1);
  const message = lines[0]?.msg ?? "";
  for (const problem of [
    'PORT: given "99999", must be a whole number from 1 to 65535',
    'FILE_SYSTEM_PATH: given "mnt", must be an absolute path',
    'LOG_LEVEL: given "loud", must be one of fatal, error',
    'DATABASE_NAME: given "", must not be empty',
    'STATIC_BUCKET: given "", must not be empty',
  ]) {
    expect(message).toContain(problem);
  }
  expect(message).not.toContain("secret");
});

describe("with nothing behind it", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({
      ...nowhere,
      FILE_SYSTEM_PATH: "/does/not/exist",
      AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1",
      AWS_MAX_ATTEMPTS: "1",
    });
  });

  test("it is alive", async () => {
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test("the container's health check says so, and says no where nothing listens", async () => {
    const check = (PORT: string) => programs.start("health-check", [], { PORT }).exit;
    expect(await check(new URL(server.url).port)).toBe(0);
    expect(await check("1")).toBe(1);
  });

  test("it is not ready, names what fails, and keeps the reasons for the log", async () => {
    const response = await fetch(`${server.url}/ready`);
    expect(response.status).toBe(503);
    const failed = { ok: false, milliseconds: expect.any(Number) };
    expect(await response.json()).toEqual({
      status: "not ready",
      checks: { database: failed, fileSystem: failed, bucket: failed },
    });
    for (const reason of [/ECONNREFUSED/, /ENOENT.*\/does\/not\/exist/, /ECONNREFUSED 127.0.0.1:1/]) {
      await server.logged((line) => line.msg === "not ready" && reason.test(JSON.stringify(line)));
    }
  });

  test("idle connections are kept as long as the task is told to", async () => {
    const patient = await startServer({ ...nowhere, KEEP_ALIVE_SECONDS: "315" });
    const response = await fetch(`${patient.url}/health`);
    expect(response.headers.get("keep-alive")).toBe("timeout=315");
  });

  test("a bucket that never answers ends the request with an error, not with silence", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const waiting = await startServer({
      ...nowhere,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_MAX_ATTEMPTS: "1",
    });
    const response = await fetch(`${waiting.url}/static/site.css`, { signal: AbortSignal.timeout(15_000) });
    expect(response.status).toBe(500);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  test("an asset without a name is not there, and no error", async () => {
    expect((await fetch(`${server.url}/static/`)).status).toBe(404);
    expect(server.lines.filter(({ level }) => level >= 50)).toEqual([]);
  });

  test("a page that needs the database says nothing about the inside", async () => {
    const response = await fetch(`${server.url}/items`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: "internal error", requestId: expect.any(String) });
  });
});

test("without database, file system and bucket it is ready, and has no page that needs them", async () => {
  const port = String(await freePort());
  const { exit, logged, process: server } = programs.start("server", [], { PORT: port, AWS_REGION: "eu-central-1" });
  await logged(({ msg }) => /Server listening/.test(msg));
  const answer = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  expect(await (await answer("/ready")).json()).toEqual({ status: "ready", checks: {} });
  expect(await (await answer("/")).text()).not.toMatch(/items|bucket|file system/);
  expect((await answer("/items")).status).toBe(404);
  expect((await answer("/static/site.css")).status).toBe(404);
  server.kill("SIGTERM");
  expect(await exit).toBe(0);
});

test("objects below a prefix are served without it", async () => {
  const prefixed = await serveBucket(join(__dirname, "../../container"));
  const server = await startServer({ ...nowhere, ...prefixed.environment, STATIC_PREFIX: "static/" });
  expect((await fetch(`${server.url}/static/site.css`)).status).toBe(200);
  expect((await fetch(`${server.url}/static/static/site.css`)).status).toBe(404);
  await prefixed.stop();
});

describeWithPostgres("with a real PostgreSQL", () => {
  let postgres: Postgres;
  let database: string;
  let server: Server;
  beforeAll(async () => {
    postgres = await startPostgres();
    database = await postgres.createDatabase();
    expect(await programs.start("load-data", [], postgres.environment(database)).exit).toBe(0);
    server = await startServer(postgres.environment(database));
  });
  afterAll(() => postgres?.stop());

  /** Holds the table, so that a request for /items waits until released. */
  async function holdItems(): Promise<() => Promise<void>> {
    const holder = await postgres.connect(database);
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE item IN ACCESS EXCLUSIVE MODE");
    return () => holder.end();
  }

  async function untilItemsAreAskedFor(): Promise<void> {
    const client = await postgres.connect(database);
    for (;;) {
      const { rows } = await client.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = $1",
        [database],
      );
      if (rows.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await client.end();
  }

  test("it is ready with database, file system and bucket in use, and leaves no file behind", async () => {
    const response = await fetch(`${server.url}/ready`);
    const fine = { ok: true, milliseconds: expect.any(Number) };
    expect(await response.json()).toEqual({
      status: "ready",
      checks: { database: fine, fileSystem: fine, bucket: fine },
    });
    expect(response.status).toBe(200);
    expect(readdirSync(mount)).toEqual([]);
  });

  test("items come from the table", async () => {
    const client = await postgres.connect(database);
    await client.query("UPDATE item SET description = '<b>&</b>' WHERE name = 'rope'");
    await client.end();
    const page = await fetch(`${server.url}/items`);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("<td>anchor</td><td>Holds a ship where it is</td>");
    expect(html).toContain("<td>rope</td><td>&lt;b&gt;&amp;&lt;/b&gt;</td>");
  });

  test("before data is loaded the page says that there is none", async () => {
    const { url } = await startServer(postgres.environment(await postgres.createDatabase()));
    const page = await fetch(`${url}/items`);
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("No data was loaded yet");
  });

  test("the page's assets come from the bucket, with its headers", async () => {
    const home = await (await fetch(server.url)).text();
    const paths = [...home.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);
    expect(new Set(paths)).toEqual(new Set(["/static/logo.svg", "/static/site.css"]));

    const style = await fetch(`${server.url}/static/site.css`);
    expect(style.status).toBe(200);
    expect(style.headers.get("content-type")).toBe("text/css");
    expect(style.headers.get("cache-control")).toBe("max-age=300");
    expect(await style.text()).toContain("body {");
    const unchanged = await fetch(`${server.url}/static/site.css`, {
      headers: { "if-none-match": style.headers.get("etag") ?? "" },
    });
    expect(unchanged.status).toBe(304);
    expect((await fetch(`${server.url}/static/missing.css`)).status).toBe(404);
  });

  test("SIGTERM: no new connections, the running request is answered, exit code 0", async () => {
    const stopping = await startServer(postgres.environment(database));
    const release = await holdItems();
    const running = fetch(`${stopping.url}/items`);
    await untilItemsAreAskedFor();
    // A connection that is kept open without a request must not hold the stop up.
    const idle = new Agent({ keepAlive: true });
    await new Promise<IncomingMessage>((resolve) => {
      get(`${stopping.url}/health`, { agent: idle }, (response) =>
        response.resume().once("end", () => resolve(response)),
      );
    });

    stopping.process.kill("SIGTERM");
    await stopping.logged(({ msg }) => /draining/.test(msg));
    await expect(fetch(`${stopping.url}/health`)).rejects.toThrow();
    await release();
    const response = await running;
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("anchor");
    expect(await stopping.exit).toBe(0);
    expect(stopping.lines.map(({ msg }) => msg)).toContain("stopped");
  });

  test("SIGTERM: requests that run too long are ended, exit code 1", async () => {
    const stopping = await startServer({ ...postgres.environment(database), DRAIN_SECONDS: "1" });
    const release = await holdItems();
    const running = fetch(`${stopping.url}/items`);
    running.catch(() => {});
    await untilItemsAreAskedFor();
    stopping.process.kill("SIGTERM");
    expect(await stopping.exit).toBe(1);
    expect(stopping.lines.at(-1)?.msg).toBe("requests still running: ending them");
    await expect(running).rejects.toThrow();
    await release();
  });
});
