import { projectPath } from "../../../config/project";
import type { Environment } from "../../../config/schema";
import { environmentSchema } from "../../../config/schema";
import { resources } from "../../../paths/model/stacks";
import { bill, quantities } from "../../../proof/report/cost/bill";
import { pricedOptions } from "../../../proof/report/cost/choices";
import { drawArchitecture } from "../../../proof/report/drawing/draw";
import type { Layout, PlacedBox, Point } from "../../../proof/report/drawing/layout";
import { headingWidth } from "../../../proof/report/drawing/place";
import { type Facts, gather, proveSubject } from "../../../proof/report/gather";
import { renderPage } from "../../../proof/report/render";
import { stacksInMemory } from "../../../synth/synthesize";
import { made, rehearsal, scan, subjectOf } from "./support";

let facts: Facts;
let page: string;
beforeAll(async () => {
  facts = await gather(subjectOf("dev"), { made, rehearsal, scan });
  page = renderPage(facts);
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

/** Gateways stand on the lower border of their VPC. */
const standsOn = (outer: PlacedBox, inner: PlacedBox) =>
  outer.kind === "vpc" && Math.abs(inner.y + inner.height / 2 - outer.y - outer.height) < 1;

/** Pairs of boxes that overlap though neither holds the other. */
const collisions = ({ boxes }: Layout) =>
  boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => !apart(one, other) && !holds(one, other) && !holds(other, one) && !standsOn(one, other))
      .map((other) => `${one.id} and ${other.id}`),
  );

test("boxes hold each other or stand apart", () => {
  expect(facts.architecture.boxes.length).toBeGreaterThan(40);
  expect([facts.architecture, facts.stackGraph].flatMap(collisions)).toEqual([]);
});

/** Where a title or a label of a drawing is written. */
const texts = ({ boxes, edges }: Layout) => [
  ...boxes
    .filter(({ outer }) => outer)
    .map((box) => ({ text: box.title, x: box.x + 12, y: box.y + 8, width: headingWidth(box), height: 16 })),
  ...edges.flatMap(({ label = "", labelBox }) => (labelBox ? [{ text: label, ...labelBox }] : [])),
];

interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** Whether a level or upright line passes an area. */
const passes = (from: Point, to: Point, { height, width, x, y }: Area) =>
  Math.max(from.x, to.x) > x + 1 &&
  Math.min(from.x, to.x) < x + width - 1 &&
  Math.max(from.y, to.y) > y + 1 &&
  Math.min(from.y, to.y) < y + height - 1;

/** Texts that a line runs through. */
const crossed = (layout: Layout) =>
  layout.edges.flatMap(({ from, points, to }) =>
    points
      .slice(1)
      .flatMap((end, index) => texts(layout).filter((text) => passes(points[index] ?? end, end, text)))
      .map(({ text }) => `${from} → ${to} through "${text}"`),
  );

const { network, compute } = subjectOf("dev").environment;

test.each<[string, Partial<Environment>]>([
  ["a NAT gateway", {}],
  ["interface endpoints", { network: { ...network, natGateways: "none" } }],
  ["Fargate", { compute: { ...compute, launchType: "FARGATE" } }],
])("no line runs through a title or a label: %s", (_, changes) => {
  const { configuration, consumers, environment } = subjectOf("dev");
  const own = { ...environment, ...changes };
  const subject = { configuration: { ...configuration, environments: [own] }, environment: own, consumers };
  const { proof, stacks } = proveSubject(subject);
  const layout = drawArchitecture(stacks, proof);
  expect(crossed(layout)).toEqual([]);
  expect(collisions(layout)).toEqual([]);
});

const drawingOf = (example: string): Layout => {
  const { proof, stacks } = proveSubject(subjectOf(example, projectPath("config", "examples", `${example}.yaml`)));
  return drawArchitecture(stacks, proof);
};

test("tasks on Fargate are drawn beside the instances, the others in them", () => {
  const layout = drawingOf("team");
  const [instance] = layout.boxes.filter(({ title }) => title === "EC2 instance");
  const within = layout.boxes.filter((box) => box !== instance && holds(instance as PlacedBox, box));
  expect(within.map(({ title }) => title)).toEqual(["ECS task", "Worker orders"]);
  expect(layout.boxes.find(({ title }) => title === "Service reports")?.detail).toBe("Fargate");
  expect(crossed(layout)).toEqual([]);
  expect(collisions(layout)).toEqual([]);
});

test("the endpoint service stands above the sync Lambda where the VPC is low", () => {
  expect(collisions(drawingOf("vpc"))).toEqual([]);
});

test("what AWS keeps outside of the VPC is drawn", () => {
  const titles = ["team", "mtls"].flatMap((example) => drawingOf(example).boxes.map(({ title }) => title));
  for (const title of ["SQS queue ×2", "Job schedule", "Backup vault", "WAF web ACL", "ALB trust store"])
    expect(titles).toContain(title);
});

test("consumers are left of the provider, zones in order and at the same height", () => {
  const zones = facts.architecture.boxes.filter(({ kind }) => kind === "zone");
  expect(zones.map(({ title }) => title)).toEqual([
    ...["Availability Zone 1", "Availability Zone 2"],
    ...["Availability Zone 1", "Availability Zone 2"],
  ]);
  const [consumer1, consumer2, provider1, provider2] = zones;
  expect(consumer1?.y).toBe(provider1?.y);
  expect(consumer2?.y).toBe(provider2?.y);
  expect(consumer1?.x).toBeLessThan(provider1?.x ?? 0);
  expect(provider1?.y).toBeLessThan(provider2?.y ?? 0);
});

test("lines say protocol and port, and where TLS ends", () => {
  const titles = new Map(facts.architecture.boxes.map(({ id, title }) => [id, title]));
  const says = (to: string) =>
    facts.architecture.edges
      .filter((edge) => titles.get(edge.to) === to)
      .map(({ endsTls = false, label }) => `${label}${endsTls ? ", TLS ends" : ""}`);
  expect([...new Set(says("ECS task"))]).toEqual(["HTTP 8080"]);
  expect([...new Set(says("RDS PostgreSQL"))]).toContain("TLS 5432, TLS ends");
  expect([...new Set(says("EFS mount target"))]).toEqual(["NFS 2049, TLS ends"]);
  expect([...new Set(says("AWS services"))]).toEqual(["HTTPS 443, TLS ends"]);
});

test("what calls AWS services is one line for each subnet and way", () => {
  const calls = facts.architecture.edges.filter(({ kind }) => kind === "service");
  const fromSubnets = calls.filter(({ from }) => from.includes("subnet"));
  expect(fromSubnets.map(({ label }) => label).sort()).toEqual(["10 services", "10 services", "s3", "s3"]);
});

test("the page says when, from which commit and by which version it was made", () => {
  expect(page.match(/2026-01-15 10:00 UTC/g)).toHaveLength(2);
  expect(page).toContain("commit 0123456789");
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

test("of a quick rehearsal the page says what was only planned and what was left out", () => {
  const planned = { id: "data-dev", seconds: {}, ended: {}, planned: true } as const;
  const report = { ...rehearsal.report, checks: [], stacks: [planned], leftOut: ["verify", "data load"] };
  const page = renderPage({ ...facts, rehearsal: { ...rehearsal, good: true, report } });
  for (const text of ["quick part passed in", "planned with AWS mocked", "Left out: verify, data load."])
    expect(page).toContain(text);
});

test("each function that runs outside of the VPC has its own name and schedule", () => {
  const { proof, stacks } = proveSubject(subjectOf("shared", "config/examples/shared.yaml"));
  const functions = drawArchitecture(stacks, proof).boxes.filter(({ sign }) => sign === "function");
  expect(functions.map(({ title, detail }) => [title, detail]).sort()).toEqual([
    ["Consumer connections", "rate(5 minutes)"],
    ["Sync Lambda", "rate(1 minute)"],
  ]);
});

test("of an existing VPC without a snapshot the page says that it is not known, and how it is read", async () => {
  const page = renderPage(await gather(subjectOf("vpc", "config/examples/vpc.yaml"), { made }));
  expect(page).toContain("npx ecs-privatelink network-snapshot --env vpc");
  expect(page).toContain("must not pass: nothing is known to check");
  expect(page).not.toContain("nothing exists that could");
});

test("without rehearsal and scan the page says so", () => {
  const { rehearsal: _, scan: __, ...rest } = facts;
  const without = renderPage(rest);
  expect(without).toContain("No rehearsal of dev was found");
  expect(without).toContain("No scan results yet");
});

test.each([
  ["dev", "single"],
  ["prod", "perAz"],
  ["dev", "none"],
] as const)("quantities of the bill are those of the JSON: %s with natGateways %s", async (name, natGateways) => {
  const { consumers, environment } = subjectOf(name);
  const own = { ...environment, network: { ...environment.network, natGateways } };
  const stacks = stacksInMemory({ environments: [own], consumers });
  const here = Object.fromEntries(Object.entries(stacks).filter(([id]) => id.endsWith(`-${environment.name}`)));
  const [database] = resources(here, "aws_db_instance");
  const endpoints = resources(here, "aws_vpc_endpoint").filter(({ block }) => block.vpc_endpoint_type === "Interface");
  expect(quantities(own)).toEqual({
    natGateways: resources(here, "aws_nat_gateway").length,
    endpointZones: endpoints.reduce((sum, { block }) => sum + (block.subnet_ids as unknown[]).length, 0),
    instances: Number(resources(here, "aws_autoscaling_group")[0]?.block.min_size ?? 0),
    fargateTasks: 0,
    databases: database?.block.multi_az === true ? 2 : 1,
    auroraInstances: 0,
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
  const layout = drawArchitecture(stacks, proof);
  expect(collisions(layout)).toEqual([]);
  expect(layout.boxes.filter(({ title }) => /^\d+ interface endpoints$/.test(title)).length).toBe(3);
});

test("a dual-stack environment is proven and drawn as any other", () => {
  const { configuration, environment } = subjectOf("prod");
  const own = { ...environment, network: { ...environment.network, ipAddressType: "dualstack" as const } };
  const { proof, stacks } = proveSubject({
    configuration: { ...configuration, environments: [own] },
    environment: own,
    consumers: [],
  });
  expect(proof.proofs.map(({ expectation }) => expectation.id)).toContain("ipv6-way-out");
  expect(proof.proofs.filter(({ outcome }) => outcome !== "proven")).toEqual([]);
  const layout = drawArchitecture(stacks, proof);
  expect(crossed(layout)).toEqual([]);
  expect(collisions(layout)).toEqual([]);
});

const counted = { keys: 3, secrets: 1, alarms: 18, insightRules: 0, dashboards: 1 };

test("an instance type that the table does not know has no price instead of a wrong one", () => {
  const { environment } = subjectOf("dev");
  const ec2 = { ...environment.compute.ec2, instanceType: "x9z.large" };
  const lines = bill({ ...environment, compute: { ...environment.compute, ec2 } }, counted);
  expect(lines.find(({ item }) => item === "EC2 instances")?.monthly).toBeUndefined();
});

test("an Aurora cluster costs at least the least capacity of each instance, and offers no standby", () => {
  const { environment } = subjectOf("dev");
  const { data } = environment;
  const serverless = { ...data.database.serverless, minCapacity: 2, readers: 1 };
  const database = { ...data.database, engine: "aurora-mysql" as const, serverless };
  const aurora = { ...environment, data: { ...data, database } };
  expect(quantities(aurora)).toMatchObject({ databases: 0, auroraInstances: 2 });
  const lines = bill(aurora, counted);
  expect(lines).toContainEqual({
    item: "Aurora MySQL",
    quantity: "2 × at least 2 ACU",
    monthly: expect.closeTo(2 * 2 * 0.12 * 730),
  });
  expect(lines.filter(({ item }) => /RDS|Database storage/.test(item))).toHaveLength(1);
  expect(pricedOptions(aurora, counted).map(({ option }) => option)).not.toContain("data.database.multiAz");
});

test("limits of consumers cost a web ACL with a rule for each and one that counts, a trust store what no one knows", () => {
  const { environment } = subjectOf("dev");
  const { consumers } = environmentSchema.shape.privatelink.parse({
    enforceInboundRulesOnPrivateLinkTraffic: "off",
    consumers: {
      acme: {
        principals: ["arn:aws:iam::444455556666:root"],
        limits: { requestsPerFiveMinutes: 100, certificateSubject: "CN=acme" },
      },
      other: { principals: ["arn:aws:iam::555566667777:root"] },
    },
  });
  const mutualTls = { mode: "verify" as const, caBundle: "ca.pem", revocationLists: [] };
  const limited = {
    ...environment,
    compute: { ...environment.compute, loadBalancer: { ...environment.compute.loadBalancer, mutualTls } },
    privatelink: { ...environment.privatelink, consumers },
  };
  const lines = bill(limited, counted);
  expect(lines).toContainEqual(expect.objectContaining({ item: "Web ACL (AWS WAF)", monthly: 7 }));
  expect(lines).toContainEqual(expect.objectContaining({ item: "Trust store", monthly: undefined }));
  expect(bill(environment, counted).filter(({ item }) => /WAF|Trust/.test(item))).toEqual([]);
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
