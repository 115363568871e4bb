import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { bundleLambda, zip } from "../../lambda/build";
import { temporaryFolder } from "../temporary-folder";

let bundle: Uint8Array;
const folder = temporaryFolder("bundle");
beforeAll(async () => {
  bundle = await bundleLambda("alb-ip-sync");
  writeFileSync(join(folder, "index.js"), bundle);
});

/** Calls the bundled handler in a process that knows nothing of this project. */
function invoke(environment: Record<string, string>): string {
  const code = `require("./index.js").handler({}, { getRemainingTimeInMillis: () => 5000 })
    .catch((error) => console.log(error.name + ": " + error.message))`;
  const { stdout } = spawnSync(process.execPath, ["-e", code], { cwd: folder, env: environment, encoding: "utf8" });
  return stdout;
}

test("the bundle is smaller than 300 KB", () => {
  expect(bundle.length).toBeLessThan(300_000);
});

test("the bundle has the same bytes each time", async () => {
  expect(Buffer.from(await bundleLambda("alb-ip-sync")).equals(bundle)).toBe(true);
});

test("the bundle holds no path of this machine", () => {
  expect(strFromU8(bundle)).not.toContain(process.cwd());
});

test("the bundle runs on its own, and says which settings are missing", () => {
  const said = invoke({ AWS_REGION: "eu-west-1" });
  expect(said).toContain("SettingsError: environment variables are wrong");
  expect(said).toContain("ALB_ARN_SUFFIX: expected app/<name>/<id>");
});

test("a zip file's bytes depend on its content alone", () => {
  const files = { "index.js": Buffer.from("exports.handler = () => undefined;") };
  const made = ["UTC", "Asia/Tokyo", "America/New_York"].map((zone) => {
    process.env.TZ = zone;
    return Buffer.from(zip(files)).toString("base64");
  });
  delete process.env.TZ;
  expect(new Set(made).size).toBe(1);
  expect(strFromU8(unzipSync(zip(files))["index.js"] ?? new Uint8Array())).toBe("exports.handler = () => undefined;");
});
