import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectPath } from "../../../config/project";
import { type Block, synthesizeEnvironment } from "../../synth";

const folder = join("dist", "static-asset-ids-test");
const made: string[] = [];
afterAll(() => rmSync(projectPath(folder), { recursive: true, force: true }));

/** Objects by key, as the data stack has them for a folder with these files. */
function objectsOf(...keys: string[]): Record<string, { address: string; block: Block }> {
  const directory = join(folder, String(made.push("")));
  for (const key of keys) {
    const file = projectPath(directory, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, key);
  }
  const objects = synthesizeEnvironment({ data: { staticAssets: { directory } } })("data").resource.aws_s3_object;
  return Object.fromEntries(
    Object.entries(objects ?? {}).map(([address, block]) => [block.key, { address, block }] as const),
  );
}

test("keys that are the same in letters, digits and hyphens are objects of their own", () => {
  const keys = ["a b.css", "a/b.css", "a-b.css", "bucket", "über.png", "äber.png", "x", "x-asset", "x.asset"];
  const objects = objectsOf(...keys);
  expect(Object.keys(objects).sort()).toEqual([...keys].sort());
  expect(new Set(Object.values(objects).map(({ address }) => address)).size).toBe(keys.length);
});

test("an object that had its id to itself keeps its address", () => {
  const alone = objectsOf("img/logo.svg", "index.html")["img/logo.svg"];
  const beside = objectsOf("img/logo.svg", "index.html", "other.css")["img/logo.svg"];
  expect(beside?.address).toBe(alone?.address);
  expect(alone?.address).toMatch(/^static-assets_img-logo-svg_[0-9A-F]{8}$/);
});

test("where a file takes over another's id, the object is deleted before the other is written again", () => {
  const before = objectsOf("img/a.png")["img/a.png"];
  const { "img-a.png": first, "img/a.png": second } = objectsOf("img/a.png", "img-a.png");
  expect(first?.address).toBe(before?.address);
  expect(second?.block.depends_on).toContain(`aws_s3_object.${first?.address}`);
});
