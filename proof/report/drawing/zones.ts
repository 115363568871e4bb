import { parseAddress } from "../../../engine/terraform/address";
import type { NetworkInterface, Role, Subnet } from "../../../paths/model/network";
import type { Block, Stacks } from "../../../paths/model/stacks";
import { plain, type Scene } from "./boxes";
import { type Box, type BoxKind, idOf, type Sign } from "./drawing";

/** A zone's ID, e.g. `euc1-az1`; where AWS names the zone, its number. */
const zoneId = /^[a-z0-9-]+-az\d+$/;

/** The Availability Zones of a VPC by number: on the left the subnets on the way of a request, on the right the others. */
export function zones(scene: Scene, vpc: string): Box[] {
  const own = [...scene.network.subnets.values()].filter((one) => one.vpc === vpc);
  const all = [...new Set(own.map(({ zone }) => zone))].sort((a, b) =>
    zoneId.test(a) && zoneId.test(b) ? a.localeCompare(b, "en", { numeric: true }) : 0,
  );
  return (scene.oneZone ? all.slice(0, 1) : all).map((zone, index): Box => {
    const subnets = own.filter((one) => one.zone === zone).map((one) => ({ one, box: subnetBox(scene, one) }));
    const isOnTheWay = ({ one }: { one: Subnet }) => interfacesOf(scene, one).some(({ role }) => onTheWay.has(role));
    const left = subnets.filter(isOnTheWay).map(({ box }) => box);
    const right = subnets.filter((each) => !isOnTheWay(each) && isDrawn(scene, each.one));
    const rank = ({ one }: { one: Subnet }) => (interfacesOf(scene, one).length > 0 ? 0 : 1);
    right.sort((a, b) => rank(a) - rank(b));
    const id = idOf(`${vpc}-zone-${index + 1}`);
    return {
      id,
      kind: "zone",
      title:
        scene.oneZone && all.length > 1
          ? `Each of ${all.length} Availability Zones`
          : zoneId.test(zone)
            ? zone
            : `Availability Zone ${index + 1}`,
      gap: 114,
      children: [
        plain(`${id}-left`, "column", left),
        ...(right.length > 0
          ? [
              plain(
                `${id}-right`,
                "stack",
                right.map(({ box }) => box),
                24,
              ),
            ]
          : []),
      ],
    };
  });
}

/** Roles of interfaces that requests pass, and of what runs beside them. */
const onTheWay: ReadonlySet<Role> = new Set<Role>([
  ...([
    "client",
    "consumer-endpoint",
    "nlb",
    "alb",
    "task",
    "instance",
    "data-load",
    "job",
    "worker",
    "service",
    "sync-lambda",
  ] as const),
  "aws-endpoint",
]);

const interfacesOf = ({ network }: Scene, subnet: Subnet): NetworkInterface[] =>
  network.interfaces.filter((one) => one.subnet === subnet.key && one.role !== "probe");

/** Of subnets without anything in them, the public ones: where a NAT gateway would be. */
function isDrawn(scene: Scene, subnet: Subnet): boolean {
  const holdsGateway = [...scene.network.natGateways.values()].some((gateway) => gateway.subnet === subnet.key);
  return holdsGateway || interfacesOf(scene, subnet).length > 0 || kindOf(subnet) === "public";
}

const kindOf = ({ origin }: Subnet): string | undefined => /(public|private|isolated)-subnet/.exec(origin.address)?.[1];

function subnetBox(scene: Scene, subnet: Subnet): Box {
  const { network } = scene;
  const own = interfacesOf(scene, subnet);
  const one = (role: Role) => own.filter((each) => each.role === role).map((each) => interfaceBox(scene, each));
  const balancers = [...one("client"), ...one("consumer-endpoint"), ...one("nlb"), ...one("alb")];
  const running = (["task", "service", "worker"] as const).flatMap((role) => own.filter((each) => each.role === role));
  const boxesOf = (tasks: readonly NetworkInterface[]) => tasks.map((task) => interfaceBox(scene, task));
  const workloads = [
    ...one("data-load"),
    ...one("job"),
    ...boxesOf(running.filter((task) => isOnFargate(scene, task))),
    ...onInstances(one("instance"), boxesOf(running.filter((task) => !isOnFargate(scene, task)))),
    ...one("sync-lambda"),
    ...endpointsBox(scene, subnet),
  ];
  const gateways = [...network.natGateways]
    .filter(([, gateway]) => gateway.subnet === subnet.key)
    .map(
      ([key]): Box => ({
        id: idOf(key),
        kind: "network",
        sign: "gateway",
        title: "NAT gateway",
        resource: key,
        children: [],
      }),
    );
  const rest = [...one("database"), ...one("file-system"), ...gateways];
  const columns = [balancers, workloads, rest].filter((boxes) => boxes.length > 0);
  const kind = kindOf(subnet);
  const id = idOf(subnet.key);
  const title = kind === undefined ? "Subnet" : `${kind[0]?.toUpperCase()}${kind.slice(1)} subnet`;
  return {
    id,
    kind: "subnet",
    title,
    detail: subnet.block,
    resource: subnet.key,
    gap: 92,
    children:
      columns.length > 0
        ? columns.map((boxes, index) =>
            plain(
              `${id}-${index}`,
              "column",
              boxes,
              boxes === balancers ? 56 : own.some(({ role }) => role === "aws-endpoint") ? 26 : 12,
            ),
          )
        : [plain(`${id}-empty`, "column", [{ id: `${id}-nothing`, kind: "plain", title: "", children: [] }])],
  };
}

/** Whether a service's tasks run on Fargate, or Fargate Spot. */
function isOnFargate({ stacks }: Pick<Scene, "stacks">, { origin }: NetworkInterface): boolean {
  const block = blockOf(stacks, origin);
  const strategy = block?.capacity_provider_strategy as readonly { capacity_provider?: string }[] | undefined;
  return strategy?.some(({ capacity_provider: provider }) => provider?.startsWith("FARGATE")) ?? false;
}

/** ECS tasks inside of the instance that they run on. */
function onInstances(instances: readonly Box[], tasks: readonly Box[]): Box[] {
  const [first, ...others] = instances;
  if (!first || tasks.length === 0) return [...instances, ...tasks];
  return [{ ...first, arrange: "column", children: tasks }, ...others];
}

/** Where an interface of an AWS service's endpoint is drawn: with all others of its subnet. */
export const endpointsId = (subnet: string): string => idOf(`${subnet}-endpoints`);

function endpointsBox(scene: Scene, subnet: Subnet): Box[] {
  const { serviceEndpoints } = scene.network;
  const endpoints = interfacesOf(scene, subnet).filter(({ role }) => role === "aws-endpoint");
  const [first] = endpoints;
  if (!first) return [];
  const services = endpoints.map(
    ({ origin }) => serviceEndpoints.find(({ key }) => key === `${origin.stack}/${origin.address}`)?.service ?? "",
  );
  return [
    {
      id: endpointsId(subnet.key),
      kind: "network",
      sign: "endpoint",
      title: endpoints.length === 1 ? "Interface endpoint" : `${endpoints.length} interface endpoints`,
      detail: services.length > 2 ? `${services.slice(0, 2).join(", ")}, …` : services.join(", "),
      resource: `${first.origin.stack}/${first.origin.address}`,
      children: [],
    },
  ];
}

const looks: Record<Exclude<Role, "probe">, { kind: BoxKind; title: string; sign: Sign }> = {
  nlb: { kind: "load-balancer", title: "NLB node", sign: "load-balancer" },
  alb: { kind: "load-balancer", title: "ALB node", sign: "load-balancer" },
  task: { kind: "compute", title: "ECS task", sign: "task" },
  instance: { kind: "compute", title: "EC2 instance", sign: "instance" },
  "data-load": { kind: "compute", title: "Data load task", sign: "task" },
  job: { kind: "compute", title: "Job", sign: "task" },
  worker: { kind: "compute", title: "Worker", sign: "task" },
  service: { kind: "compute", title: "Service", sign: "task" },
  "sync-lambda": { kind: "compute", title: "Sync Lambda", sign: "function" },
  database: { kind: "data", title: "RDS PostgreSQL", sign: "database" },
  "file-system": { kind: "data", title: "EFS mount target", sign: "files" },
  "aws-endpoint": { kind: "network", title: "Interface endpoint", sign: "endpoint" },
  "consumer-endpoint": { kind: "privatelink", title: "Interface endpoint", sign: "endpoint" },
  client: { kind: "outside", title: "Client", sign: "client" },
};

/** By the engine; of a database that exists, the stacks do not know it. */
const databaseTitles: Readonly<Record<string, string>> = {
  mysql: "RDS MySQL",
  "aurora-postgresql": "Aurora PostgreSQL",
  "aurora-mysql": "Aurora MySQL",
};

function databaseDetail(type: string, block: Block | undefined): string {
  if (type === "aws_rds_cluster") return "writer or reader";
  return block?.multi_az === true ? "primary or standby" : "in one of the zones";
}

function blockOf(stacks: Stacks, { address, stack }: NetworkInterface["origin"]): Block | undefined {
  const { name, type } = parseAddress(address);
  return stacks[stack]?.resource?.[type]?.[name];
}

export const interfaceId = ({ id }: NetworkInterface): string => idOf(id);

function interfaceBox({ stacks }: Scene, one: NetworkInterface): Box {
  const { kind, sign, ...look } = looks[one.role as Exclude<Role, "probe">];
  const { address, stack } = one.origin;
  const block = blockOf(stacks, one.origin);
  const engineTitle = one.role === "database" ? databaseTitles[String(block?.engine)] : undefined;
  const titled = engineTitle ?? look.title;
  const title = one.workload === undefined ? titled : `${titled} ${one.workload}`;
  const details: Partial<Record<Role, string>> = {
    database: databaseDetail(parseAddress(address).type, block),
    "data-load": "runs on demand",
    job: "runs to its end",
    worker: "works off a queue",
  };
  const fargate = isOnFargate({ stacks }, one) ? "Fargate" : undefined;
  const detail = [details[one.role], fargate].filter(Boolean).join(", ") || undefined;
  return {
    id: interfaceId(one),
    kind,
    sign,
    title,
    ...(detail === undefined ? {} : { detail }),
    ...(block && one.role !== "client" ? { resource: `${stack}/${address}` } : {}),
    children: [],
  };
}
