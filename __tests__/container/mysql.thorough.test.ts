import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { freePort } from "./support/free-port";
import { describeWithMysql, startMysql } from "./support/mysql";
import { programsWith, type Running } from "./support/programs";

describeWithMysql("the sample application on a server with MySQL's protocol", () => {
  const sample = join(__dirname, "../../container");
  const there = programsWith(startMysql);
  let database: string;
  let client: Connection;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "load-data-"));
    for (const part of ["migrations/mysql", "seed/mysql"]) {
      mkdirSync(join(folder, part), { recursive: true });
      for (const file of readdirSync(join(sample, part)))
        copyFileSync(join(sample, part, file), join(folder, part, file));
    }
    database = await there.server.createDatabase();
    client = await there.server.connect(database);
  });
  afterEach(async () => {
    await client.end();
    rmSync(folder, { recursive: true });
  });

  const start = (args: string[] = [], environment: Record<string, string> = {}) =>
    there.programs.start("load-data", args, { ...there.server.environment(database), ...environment }, folder);
  const add = (file: string, ...lines: string[]) =>
    writeFileSync(join(folder, "migrations/mysql", file), `${lines.join("\n")}\n`);
  const last = ({ lines }: Running) => lines.at(-1)?.msg;
  const rows = async (sql: string) => (await client.query<RowDataPacket[]>(sql))[0];
  const applied = async () => (await rows("SELECT name FROM migration ORDER BY id")).map(({ name }) => name);

  test("an empty database gets tables and rows, and a second load changes nothing", async () => {
    const load = start();
    expect(await load.exit).toBe(0);
    expect(last(load)).toBe("done: 2 migrations applied, 0 already there, 1 seed files loaded");
    const before = await rows("SELECT * FROM item ORDER BY id");
    expect(before).toHaveLength(4);
    const again = start();
    expect(await again.exit).toBe(0);
    expect(last(again)).toMatch(/^done: 0 migrations applied, 2 already there/);
    expect(await rows("SELECT * FROM item ORDER BY id")).toEqual(before);
  });

  test("--dry-run lists what would run and changes nothing", async () => {
    const load = start(["--dry-run"]);
    expect(await load.exit).toBe(0);
    expect(load.lines.map(({ msg }) => msg).slice(0, 3)).toEqual([
      "would apply migrations/mysql/001_item",
      "would apply migrations/mysql/002_item_changed_at",
      "would load seed/mysql/item.sql",
    ]);
    expect(await rows("SHOW TABLES")).toEqual([]);
  });

  test("a file that fails is named with its line and not noted; rows that it wrote are gone", async () => {
    await start().exit;
    add(
      "003_broken.sql",
      "INSERT INTO item (name, description, quantity) VALUES ('x; y', '', 1); -- first; one",
      "",
      "INSERT INTO nowhere VALUES (1);",
    );
    const load = start();
    expect(await load.exit).toBe(1);
    expect(last(load)).toMatch(/^migrations\/mysql\/003_broken\.sql line 3: .*nowhere.*\(ER_NO_SUCH_TABLE\)$/);
    expect(await rows("SELECT name FROM item WHERE name = 'x; y'")).toEqual([]);
    expect(await applied()).toHaveLength(2);
  });

  test("a file that ends the transaction, and one that was changed, are refused", async () => {
    await start().exit;
    add("003_commit.sql", "COMMIT;");
    const control = start();
    expect(await control.exit).toBe(1);
    expect(last(control)).toContain("003_commit.sql line 1: COMMIT is not allowed");
    rmSync(join(folder, "migrations/mysql/003_commit.sql"));
    add("001_item.sql", "CREATE TABLE item (id int);");
    const changed = start();
    expect(await changed.exit).toBe(1);
    expect(last(changed)).toContain("001_item.sql was changed after it was applied");
  });

  test("one load waits for another", async () => {
    await client.query(`DO GET_LOCK('load-data ${database}', 0)`);
    const load = start();
    await load.logged(({ msg }) => msg.startsWith("another data load is running"));
    await client.query(`DO RELEASE_LOCK('load-data ${database}')`);
    expect(await load.exit).toBe(0);
  });

  test.each([
    ["another password", { DATABASE_PASSWORD: "wrong" }, /user name and password of the secret are not those/],
    ["a certificate of other authorities", { DATABASE_CA_FILE: "" }, /can't connect.*certificate/],
  ])("with %s no connection is made", async (_what, change, reason) => {
    const environment: Record<string, string> = { ...there.server.environment(database), ...change };
    if (environment.DATABASE_CA_FILE === "") delete environment.DATABASE_CA_FILE;
    const load = there.programs.start("load-data", [], environment, folder);
    expect(await load.exit).toBe(1);
    expect(last(load)).toMatch(reason);
  });

  test("with a certificate of another host no connection is made", async () => {
    const other = await startMysql("database.example");
    try {
      const load = there.programs.start("load-data", [], other.environment(await other.createDatabase()), folder);
      expect(await load.exit).toBe(1);
      expect(last(load)).toMatch(/can't connect.*database\.example/);
    } finally {
      await other.stop();
    }
  });

  test("the server shows items over an encrypted connection", async () => {
    const port = await freePort();
    const server = there.programs.start("server", [], {
      ...there.server.environment(database),
      PORT: String(port),
      AWS_REGION: "eu-central-1",
    });
    await server.logged(({ msg }) => msg.includes("listening"));
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get("/ready")).status).toBe(200);
    expect((await get("/items")).status).toBe(503);
    await start().exit;
    expect(await (await get("/items")).text()).toContain("compass");
    server.process.kill("SIGTERM");
    expect(await server.exit).toBe(0);
  });
});
