import { readFileSync } from "node:fs";
import { projectPath } from "../../../config/project";
import { resources } from "../../../operations/paths/model/stacks";
import { synthesizeStacks } from "../../../operations/paths/synthesize";
import { bill, quantities } from "../../../operations/report/cost/bill";
import { pricedOptions } from "../../../operations/report/cost/choices";
import { drawArchitecture } from "../../../operations/report/drawing/draw";
import type { Layout, PlacedBox } from "../../../operations/report/drawing/layout";
import { type Facts, gather, proveSubject } from "../../../operations/report/gather";
import { renderPage } from "../../../operations/report/render";
import { drawPicture } from "../../../operations/report/write";
import { rehearsal, scan, subjectOf } from "./support";

// A synth and a layout take a second; on a machine with much else to do, many.
jest.setTimeout(60_000);

let facts: Facts;
let page: string;
beforeAll(async () => {
  facts = await gather(subjectOf("dev"), { rehearsal, scan });
  page = renderPage(facts);
});

test("the README's picture is what the code draws (if not: npm run report -- --picture)", async () => {
  expect(await drawPicture(subjectOf("dev"))).toBe(readFileSync(projectPath("docs/architecture.svg"), "utf8"));
});

const holds = (outer: PlacedBox, inner: PlacedBox) =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

const apart = (one: PlacedBox, other: PlacedBox) =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

/** Pairs of boxes that overlap though neither holds the other. */
const collisions = ({ boxes }: Layout) =>
  boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => !apart(one, other) && !holds(one, other) && !holds(other, one))
      .map((other) => `${one.id} and ${other.id}`),
  );

test("boxes hold each other or stand apart", () => {
  expect(facts.architecture.boxes.length).toBeGreaterThan(40);
  expect([facts.architecture, facts.stackGraph].flatMap(collisions)).toEqual([]);
});

test("every arrow of a request is there, in every zone", () => {
  const titles = new Map(facts.architecture.boxes.map(({ id, title }) => [id, title]));
  const arrows = facts.architecture.edges.map(({ from, to }) => `${titles.get(from)} → ${titles.get(to)}`);
  const count = (arrow: string) => arrows.filter((each) => each === arrow).length;
  expect({
    "Client → Interface endpoint": count("Client → Interface endpoint"),
    "Interface endpoint → Endpoint service": count("Interface endpoint → Endpoint service"),
    "Endpoint service → NLB node": count("Endpoint service → NLB node"),
    "NLB node → ALB node": count("NLB node → ALB node"),
    "ALB node → ECS task": count("ALB node → ECS task"),
    "ECS task → RDS PostgreSQL": count("ECS task → RDS PostgreSQL"),
    "NAT gateway → Internet gateway": count("NAT gateway → Internet gateway"),
  }).toEqual({
    "Client → Interface endpoint": 2,
    "Interface endpoint → Endpoint service": 2,
    "Endpoint service → NLB node": 2,
    "NLB node → ALB node": 2,
    "ALB node → ECS task": 2,
    "ECS task → RDS PostgreSQL": 2,
    "NAT gateway → Internet gateway": 1,
  });
});

test("every box of a resource leads to a panel, and every link of the page to something", () => {
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const dead = [...page.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !ids.has(id));
  expect(dead).toEqual([]);
  const all = [...page.matchAll(/ id="([^"]+)"/g)];
  expect(all.length).toBe(ids.size);
});

test("nothing is loaded from elsewhere, and what comes from outside is no HTML", () => {
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\/|@import|url\(["']?http/);
  expect(page).not.toContain("<img");
  expect(page).toContain("&lt;img src=");
});

test("every rule has a reason", () => {
  expect(facts.rules.filter(({ reason }) => reason.length < 10)).toEqual([]);
  expect(facts.rules.length).toBeGreaterThan(60);
  expect(facts.rules.flatMap(({ sources }) => sources)).toContain(
    'AWS PrivateLink Guide, "Create an interface endpoint"',
  );
});

test("without rehearsal and scan the page says so", () => {
  const { rehearsal: _, scan: __, ...rest } = facts;
  const without = renderPage(rest);
  expect(without).toContain("No rehearsal of dev is here");
  expect(without).toContain("No result of a scan is here");
});

test.each([
  ["dev", "single"],
  ["prod", "perAz"],
  ["dev", "none"],
] as const)("quantities of the bill are those of the JSON: %s with natGateways %s", async (name, natGateways) => {
  const { consumers, environment } = subjectOf(name);
  const own = { ...environment, network: { ...environment.network, natGateways } };
  const stacks = synthesizeStacks({ environments: [own], consumers });
  const here = Object.fromEntries(Object.entries(stacks).filter(([id]) => id.endsWith(`-${environment.name}`)));
  const [database] = resources(here, "aws_db_instance");
  const endpoints = resources(here, "aws_vpc_endpoint").filter(({ block }) => block.vpc_endpoint_type === "Interface");
  expect(quantities(own)).toEqual({
    natGateways: resources(here, "aws_nat_gateway").length,
    endpointZones: endpoints.reduce((sum, { block }) => sum + (block.subnet_ids as unknown[]).length, 0),
    instances: Number(resources(here, "aws_autoscaling_group")[0]?.block.min_size ?? 0),
    fargateTasks: 0,
    databases: database?.block.multi_az === true ? 2 : 1,
    syncFunctions: resources(here, "aws_lambda_function").length,
  });
  expect(endpoints.length > 0).toBe(natGateways === "none");
});

test("three zones and many endpoints are drawn without a collision", async () => {
  const { configuration, environment } = subjectOf("prod");
  const own = { ...environment, network: { ...environment.network, natGateways: "none" as const } };
  const { proof, stacks } = proveSubject({
    configuration: { ...configuration, environments: [own] },
    environment: own,
    consumers: [],
  });
  const layout = await drawArchitecture(stacks, proof);
  expect(collisions(layout)).toEqual([]);
  expect(layout.boxes.filter(({ title }) => /^\d+ interface endpoints$/.test(title)).length).toBe(3);
});

const counted = { keys: 3, secrets: 1, alarms: 18, dashboards: 1 };

test("an instance type that the table does not know has no price instead of a wrong one", () => {
  const { environment } = subjectOf("dev");
  const ec2 = { ...environment.compute.ec2, instanceType: "x9z.large" };
  const lines = bill({ ...environment, compute: { ...environment.compute, ec2 } }, counted);
  expect(lines.find(({ item }) => item === "EC2 instances")?.monthly).toBeUndefined();
});

test("what is chosen costs no difference, and what is dearer costs more", () => {
  const [nat, , multiAz] = pricedOptions(subjectOf("prod").environment, counted);
  expect(nat?.choices).toMatchObject([
    { value: "none" },
    { value: "single", difference: expect.closeTo(-2 * 730 * (0.045 + 0.005)) },
    { value: "perAz", chosen: true, difference: 0 },
  ]);
  expect(multiAz?.choices).toMatchObject([
    { value: "false", difference: expect.closeTo(-(730 * 0.168 + 20 * 0.115)) },
    { value: "true", chosen: true, difference: 0 },
  ]);
});
