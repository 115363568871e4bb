import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { describeWithPostgres, startPostgres } from "./support/postgres";
import { programsWith, type Running } from "./support/programs";

describeWithPostgres("load-data on a real PostgreSQL", () => {
  const sample = join(__dirname, "../../container");
  const there = programsWith(startPostgres);
  let database: string;
  let client: Client;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "load-data-"));
    for (const part of ["migrations", "seed"]) {
      mkdirSync(join(folder, part));
      for (const file of readdirSync(join(sample, part)).filter((name) => name.endsWith(".sql")))
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
  const add = (file: string, ...lines: string[]) => writeFileSync(join(folder, file), `${lines.join("\n")}\n`);
  const messages = ({ lines }: Running) => lines.map(({ msg }) => msg);
  const applied = async () =>
    (await client.query<{ name: string }>("SELECT name FROM migration ORDER BY id")).rows.map(({ name }) => name);
  const tables = async () =>
    (
      await client.query<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
      )
    ).rows.map(({ name }) => name);
  const items = async () => Number((await client.query("SELECT count(*) FROM item")).rows[0].count);

  test("an empty database gets tables and rows", async () => {
    const load = start();
    expect(await load.exit).toBe(0);
    expect(await applied()).toEqual(["001_item", "002_item_changed_at"]);
    expect(await items()).toBe(4);
    expect(messages(load).at(-1)).toBe("done: 2 migrations applied, 0 already there, 1 seed files loaded");
  });

  test("a second load changes no row", async () => {
    await start().exit;
    const before = await client.query("SELECT *, xmin FROM migration ORDER BY id");
    const rows = await client.query("SELECT id, name, quantity, changed_at FROM item ORDER BY id");
    const again = start();
    expect(await again.exit).toBe(0);
    expect((await client.query("SELECT *, xmin FROM migration ORDER BY id")).rows).toEqual(before.rows);
    expect((await client.query("SELECT id, name, quantity, changed_at FROM item ORDER BY id")).rows).toEqual(rows.rows);
    expect(messages(again).at(-1)).toMatch(/^done: 0 migrations applied, 2 already there/);
  });

  test("a half-loaded database gets the rest", async () => {
    rmSync(join(folder, "migrations/002_item_changed_at.sql"));
    await start().exit;
    await client.query("DELETE FROM item WHERE name = 'rope'");
    add("migrations/002_colour.sql", "ALTER TABLE item ADD COLUMN colour text;");
    expect(await start().exit).toBe(0);
    expect(await applied()).toEqual(["001_item", "002_colour"]);
    expect(await items()).toBe(4);
  });

  test("--dry-run lists what would run and changes nothing", async () => {
    const load = start(["--dry-run"]);
    expect(await load.exit).toBe(0);
    expect(messages(load)).toEqual([
      "would apply migrations/001_item.sql",
      "would apply migrations/002_item_changed_at.sql",
      "would load seed/item.sql",
      "dry run, nothing changed: 2 migrations to apply, 0 already there, 1 seed files to load",
    ]);
    expect(await tables()).toEqual([]);
  });

  test.each([
    ["a syntax error", ["CREATE TABLE a ();", "", "-- a; b", "CREATE TABEL b ();"], "line 4: syntax error"],
    ["an unknown table", ["CREATE TABLE a ();", "INSERT INTO", "  nowhere VALUES (1);"], 'line 3: relation "nowhere"'],
    [
      "a broken rule, told without position",
      [
        "CREATE TABLE a (text text); -- first; one",
        "INSERT INTO a VALUES (';'), ($$;$$);",
        "",
        "/* third */ INSERT INTO item (name, quantity)",
        "VALUES ('x', -1);",
      ],
      "line 4: new row for relation",
    ],
  ])(
    "a file with %s leaves the database as it was before that file and is named with its line",
    async (_what, lines, reason) => {
      add("migrations/003_broken.sql", ...lines);
      const load = start();
      expect(await load.exit).toBe(1);
      expect(load.lines.at(-1)).toMatchObject({
        level: 60,
        msg: expect.stringContaining(`migrations/003_broken.sql ${reason}`),
      });
      expect(await tables()).toEqual(["item", "migration", "migration_checksum"]);
      expect(await applied()).toEqual(["001_item", "002_item_changed_at"]);
    },
  );

  test("a file that ends its transaction is refused before anything runs", async () => {
    add("migrations/003_commit.sql", "CREATE TABLE a ();", "COMMIT;");
    const load = start();
    expect(await load.exit).toBe(1);
    expect(messages(load)).toEqual([
      expect.stringMatching(/^migrations\/003_commit\.sql line 2: COMMIT is not allowed/),
    ]);
    expect(await tables()).toEqual([]);
  });

  test("a failing seed file is named and rolled back as a whole", async () => {
    add(
      "seed/more.sql",
      "INSERT INTO item (name, quantity) VALUES ('sail', 1);",
      "INSERT INTO item (name, quantity) VALUES ('sail', 1);",
    );
    const load = start();
    expect(await load.exit).toBe(1);
    expect(messages(load).at(-1)).toMatch(/^seed\/more\.sql line 2: duplicate key/);
    expect(await items()).toBe(4);
  });

  test("a file changed after it was applied is refused", async () => {
    await start().exit;
    add("migrations/001_item.sql", "CREATE TABLE item ();");
    const load = start();
    expect(await load.exit).toBe(1);
    expect(messages(load).at(-1)).toContain("migrations/001_item.sql was changed after it was applied");
  });

  test("a load that is killed leaves nothing of its file, and the next one continues", async () => {
    add("migrations/003_long.sql", "CREATE TABLE long ();", "SELECT pg_sleep(60);");
    const killed = start();
    await killed.logged(({ msg }) => /003_long/.test(msg));
    killed.process.kill("SIGKILL");
    expect(await killed.exit).toBeNull();

    add("migrations/003_long.sql", "CREATE TABLE long ();");
    expect(await start().exit).toBe(0);
    expect(await applied()).toEqual(["001_item", "002_item_changed_at", "003_long"]);
  });

  test("of two loads at once one waits for the other", async () => {
    add("migrations/003_slow.sql", "SELECT pg_sleep(8);");
    const first = start();
    await first.logged(({ msg }) => /003_slow/.test(msg));
    const second = start();
    await second.logged(({ msg }) => /another data load is running/.test(msg));
    expect(await Promise.all([first.exit, second.exit])).toEqual([0, 0]);
    expect(messages(second).at(-1)).toMatch(/^done: 0 migrations applied, 3 already there/);
    expect(await applied()).toEqual(["001_item", "002_item_changed_at", "003_slow"]);
  });

  test("a wrong password is said without showing it", async () => {
    const load = start([], { DATABASE_PASSWORD: "not-this-one" });
    expect(await load.exit).toBe(1);
    expect(messages(load)).toEqual([expect.stringContaining("user name and password of the secret are not those")]);
    expect(JSON.stringify(load.lines)).not.toContain("not-this-one");
  });

  test("a server whose certificate is not from Amazon RDS's authorities is refused", async () => {
    const { DATABASE_CA_FILE: _, ...environment } = there.server.environment(database);
    const load = there.programs.start("load-data", [], environment, folder);
    expect(await load.exit).toBe(1);
    expect(messages(load).at(-1)).toMatch(/can't connect to localhost:\d+.*self-signed certificate/);
  });
});
