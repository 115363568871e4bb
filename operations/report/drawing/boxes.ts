import type { Network, NetworkInterface, Role, Subnet } from "../../paths/model/network";
import type { Stacks } from "../../paths/model/stacks";
import type { Box, BoxKind } from "./drawing";
import { idOf } from "./drawing";
import { regionalServices, targetSync } from "./services";

/** What is drawn: one environment and its consumers. */
export interface Scene {
  readonly environment: string;
  readonly consumers: readonly string[];
  readonly stacks: Stacks;
  readonly network: Network;
  /** Draw the first Availability Zone only, as one of all. */
  readonly oneZone?: boolean;
}

/** Ids of boxes that stand for no network interface. */
export const SERVICES = "aws-services";
export const OTHER_CONSUMERS = "other-consumers";

/** Account, and Region, that a stack is applied in. */
interface Place {
  readonly account: string;
  readonly region: string;
}

/** Boxes of all accounts, and what is in them. */
export function boxes(scene: Scene): Box[] {
  const provider = placeOf(scene.stacks, `network-${scene.environment}`);
  const inAccounts = new Map<string, { place: Place; children: Box[] }>();
  const add = (place: Place, ...children: Box[]) => {
    const key = `${place.account} ${place.region}`;
    const entry = inAccounts.get(key) ?? { place, children: [] };
    entry.children.push(...children);
    inAccounts.set(key, entry);
  };
  for (const consumer of scene.consumers) {
    const stack = `consumer-endpoint-${consumer}`;
    add(placeOf(scene.stacks, stack), consumerVpc(scene, consumer, stack));
  }
  add(
    provider,
    ...endpointServices(scene),
    ...providerVpcs(scene),
    ...targetSync(scene),
    regionalServices(scene, SERVICES),
  );
  const accounts = [...inAccounts.values()].map(({ place, children }): Box => {
    const title = place.account === "" ? "Account of the credentials" : `Account ${place.account}`;
    return {
      id: idOf(`account-${place.account}-${place.region}`),
      kind: "account",
      title,
      detail: place.region,
      children,
    };
  });
  return [...accounts, ...otherConsumers(scene, provider)];
}

function placeOf(stacks: Stacks, stack: string): Place {
  const json = stacks[stack] as
    | { provider?: { aws?: { region?: string; allowed_account_ids?: string[] }[] } }
    | undefined;
  const [aws] = json?.provider?.aws ?? [];
  return { account: aws?.allowed_account_ids?.[0] ?? "", region: aws?.region ?? "" };
}

function otherConsumers({ environment, stacks }: Scene, { account }: Place): Box[] {
  const principals = Object.values(
    stacks[`privatelink-service-${environment}`]?.resource?.aws_vpc_endpoint_service_allowed_principal ?? {},
  ).map(({ principal_arn }) => String(principal_arn));
  const others = principals
    .map((arn) => /::(\d{12}):/.exec(arn)?.[1] ?? arn)
    .filter((principal) => principal !== account);
  if (others.length === 0) return [];
  const [first = "", ...more] = others;
  const detail = more.length > 0 ? `${first} and ${more.length} more` : first;
  return [{ id: OTHER_CONSUMERS, kind: "outside", title: "Other allowed consumers", detail, children: [] }];
}

function endpointServices({ network }: Scene): Box[] {
  return [...network.endpointServices.values()].map(({ key }) => ({
    id: idOf(key),
    kind: "privatelink",
    title: "Endpoint service",
    detail: "AWS PrivateLink",
    resource: key,
    children: [],
  }));
}

function providerVpcs(scene: Scene): Box[] {
  const { network, stacks } = scene;
  return [...network.vpcs.values()]
    .filter(({ origin }) => origin.stack === `network-${scene.environment}`)
    .map(({ block, key, origin }): Box => {
      const gateways: Box[] = Object.keys(stacks[origin.stack]?.resource?.aws_internet_gateway ?? {}).map((name) => {
        const resource = `${origin.stack}/aws_internet_gateway.${name}`;
        return { id: idOf(resource), kind: "network", title: "Internet gateway", resource, children: [] };
      });
      const endpoints: Box[] = network.serviceEndpoints
        .filter(({ kind, vpc }) => kind === "Gateway" && vpc === key)
        .map(({ key: resource, service }) => ({
          id: idOf(resource),
          kind: "network",
          title: "Gateway endpoint",
          detail: service,
          resource,
          children: [],
        }));
      return {
        id: idOf(key),
        kind: "vpc",
        title: "Provider VPC",
        detail: block,
        resource: key,
        children: [...zones(scene, key), ...sharedSubnets(scene, key), ...endpoints, ...gateways],
      };
    });
}

function consumerVpc(scene: Scene, consumer: string, stack: string): Box {
  const { network } = scene;
  const title = `Consumer VPC: ${consumer}`;
  const vpc = [...network.vpcs.values()].find(({ origin }) => origin.stack === stack);
  if (vpc) {
    const { block, key } = vpc;
    return { id: idOf(key), kind: "vpc", title, detail: block, resource: key, children: zones(scene, key) };
  }
  const resource = `${stack}/${network.consumerEndpoints.get(stack)?.origin.address ?? ""}`;
  const endpoint: Box = {
    id: idOf(resource),
    kind: "privatelink",
    title: "Interface endpoint",
    resource,
    children: [],
  };
  return { id: idOf(`${stack}-vpc`), kind: "vpc", title, detail: "existing VPC", children: [endpoint] };
}

/** Zones of a VPC in the order of their subnets, and how many of them are drawn. */
function zonesOf({ network, oneZone }: Pick<Scene, "network" | "oneZone">, vpc: string) {
  const all = [...new Set([...network.subnets.values()].filter((one) => one.vpc === vpc).map(({ zone }) => zone))];
  return { drawn: oneZone ? all.slice(0, 1) : all, count: all.length };
}

function zones(scene: Scene, vpc: string): Box[] {
  const { drawn, count } = zonesOf(scene, vpc);
  return drawn.map((zone, index): Box => {
    const subnets = [...scene.network.subnets.values()].filter((one) => one.vpc === vpc && one.zone === zone);
    const name = /^[a-z0-9-]+-az\d+$/.test(zone) ? zone : `Availability Zone ${index + 1}`;
    return {
      id: idOf(`${vpc}-zone-${index + 1}`),
      kind: "zone",
      title: scene.oneZone && count > 1 ? `each of ${count} Availability Zones` : name,
      children: subnets.filter((one) => !isShared(scene, one)).flatMap((one) => subnetBox(scene, one) ?? []),
    };
  });
}

/** Whether all zones leave the VPC through a NAT gateway of this subnet: then it stands beside the zones. */
function isShared({ network }: Scene, subnet: Subnet): boolean {
  const users = [...network.subnets.values()].filter(({ routeTable = "" }) =>
    network.routeTables
      .get(routeTable)
      ?.routes.some(
        ({ target }) => target.kind === "nat-gateway" && network.natGateways.get(target.key)?.subnet === subnet.key,
      ),
  );
  return new Set(users.map(({ zone }) => zone)).size > 1;
}

function sharedSubnets(scene: Scene, vpc: string): Box[] {
  const own = [...scene.network.subnets.values()].filter((one) => one.vpc === vpc);
  const names = [...new Set(own.map(({ zone }) => zone))];
  return own
    .filter((one) => isShared(scene, one))
    .flatMap((one) => subnetBox(scene, one) ?? [])
    .map((box) => {
      const zone = names.indexOf(own.find(({ key }) => key === box.resource)?.zone ?? "") + 1;
      return { ...box, title: `${box.title}, zone ${zone}` };
    });
}

/** A subnet with what is in it; none where nothing is. */
function subnetBox(scene: Scene, subnet: Subnet): Box | undefined {
  const { network } = scene;
  const gateways: Box[] = [...network.natGateways]
    .filter(([, gateway]) => gateway.subnet === subnet.key)
    .map(([key]) => ({ id: idOf(key), kind: "network", title: "NAT gateway", resource: key, children: [] }));
  const own = network.interfaces.filter((one) => one.subnet === subnet.key && one.role !== "probe");
  const children = [
    ...gateways,
    ...own.filter(({ role }) => role !== "aws-endpoint").map((one) => interfaceBox(scene, one)),
  ];
  const endpoints = own.filter(({ role }) => role === "aws-endpoint");
  if (endpoints.length > 0) children.push(endpointsBox(subnet, endpoints, network));
  if (children.length === 0) return undefined;
  const kind = /(public|private|isolated)-subnet/.exec(subnet.origin.address)?.[1];
  return {
    id: idOf(subnet.key),
    kind: "subnet",
    title: kind === undefined ? "subnet" : `${kind} subnet`,
    detail: subnet.block,
    resource: subnet.key,
    children,
  };
}

/** Where an interface of an AWS service's endpoint is drawn: with all others of its subnet. */
export const endpointsId = (subnet: string): string => idOf(`${subnet}-endpoints`);

function endpointsBox(subnet: Subnet, endpoints: readonly NetworkInterface[], { serviceEndpoints }: Network): Box {
  const services = endpoints.map(
    ({ origin }) => serviceEndpoints.find(({ key }) => key === `${origin.stack}/${origin.address}`)?.service ?? "",
  );
  const [first] = endpoints;
  return {
    id: endpointsId(subnet.key),
    kind: "network",
    title: endpoints.length === 1 ? "Interface endpoint" : `${endpoints.length} interface endpoints`,
    detail: services.length > 3 ? `${services.slice(0, 3).join(", ")}, …` : services.join(", "),
    ...(first && { resource: `${first.origin.stack}/${first.origin.address}` }),
    children: [],
  };
}

const looks: Record<Exclude<Role, "probe">, { kind: BoxKind; title: string }> = {
  nlb: { kind: "load-balancer", title: "NLB node" },
  alb: { kind: "load-balancer", title: "ALB node" },
  task: { kind: "compute", title: "ECS task" },
  instance: { kind: "compute", title: "EC2 instance" },
  "data-load": { kind: "compute", title: "Data load task" },
  "sync-lambda": { kind: "compute", title: "Sync Lambda" },
  database: { kind: "data", title: "RDS PostgreSQL" },
  "file-system": { kind: "data", title: "EFS mount target" },
  "aws-endpoint": { kind: "network", title: "Interface endpoint" },
  "consumer-endpoint": { kind: "privatelink", title: "Interface endpoint" },
  client: { kind: "outside", title: "Client" },
};

export const interfaceId = ({ id }: NetworkInterface): string => idOf(id);

function interfaceBox({ stacks }: Scene, one: NetworkInterface): Box {
  const { kind, title } = looks[one.role as Exclude<Role, "probe">];
  const { address, stack } = one.origin;
  const [type = "", name = ""] = address.split(".");
  const block = stacks[stack]?.resource?.[type]?.[name];
  const listens = one.listens.map((port) => `:${port}`).join(" ");
  const details: Partial<Record<Role, string>> = {
    database: `${listens} ${block?.multi_az === true ? "primary or standby" : "in one of the zones"}`,
    instance: "ECS capacity",
    "data-load": "runs on demand",
  };
  const detail = details[one.role] ?? listens;
  return {
    id: interfaceId(one),
    kind,
    title,
    ...(detail === "" ? {} : { detail }),
    ...(block && one.role !== "client" ? { resource: `${stack}/${address}` } : {}),
    children: [],
  };
}
