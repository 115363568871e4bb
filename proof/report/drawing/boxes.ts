import { stackId } from "../../../config/stack-ids";
import type { Network } from "../../../paths/model/network";
import type { Stacks } from "../../../paths/model/stacks";
import type { Box } from "./drawing";
import { idOf } from "./drawing";
import { measure } from "./place";
import { functionsOutside, regionalServices } from "./services";
import { zones } from "./zones";

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

/** Consumers on the left, the provider on the right. */
export function boxes(scene: Scene): Box[] {
  const provider = placeOf(scene.stacks, stackId("network", { name: scene.environment }));
  const vpcs = providerVpcs(scene);
  const heights = vpcs.flatMap(({ children }) => children.map((zone) => measure(zone).height));
  const legend: Box = { id: "legend", kind: "legend", title: "Legend", children: [] };
  return [
    plain(
      "consumers",
      "column",
      [...consumerAccounts(scene, provider, heights), ...otherConsumers(scene, provider), legend],
      20,
    ),
    {
      ...account("Provider", provider),
      arrange: "column",
      gap: 26,
      children: [
        plain(
          "provider",
          "row",
          [plain("provider-side", "side", [...endpointServices(scene), ...functionsOutside(scene)]), ...vpcs],
          80,
        ),
        regionalServices(scene, SERVICES),
      ],
    },
  ];
}

/** Boxes in an order of their own, without a frame. */
export const plain = (id: string, arrange: Box["arrange"], children: readonly Box[], gap?: number): Box => ({
  id,
  kind: "plain",
  title: "",
  arrange,
  children,
  ...(gap !== undefined && { gap }),
});

function account(role: string, { account: id, region }: Place): Omit<Box, "children"> {
  const title = id === "" ? `${role}: account of the credentials` : `${role}: account ${id}`;
  return { id: idOf(`${role}-${id}-${region}`), kind: "account", title, detail: region };
}

/** @param heights of the provider's zones: those of a single consumer stand beside them */
function consumerAccounts(scene: Scene, provider: Place, heights: readonly number[]): Box[] {
  const accounts = new Map<string, { place: Place; children: Box[] }>();
  for (const consumer of scene.consumers) {
    const stack = stackId("consumer-endpoint", { name: consumer });
    const place = placeOf(scene.stacks, stack);
    const key = `${place.account} ${place.region}`;
    const entry = accounts.get(key) ?? { place, children: [] };
    entry.children.push(consumerVpc(scene, consumer, stack, scene.consumers.length === 1 ? heights : []));
    accounts.set(key, entry);
  }
  return [...accounts.values()].map(({ children, place }): Box => {
    const same = place.account === provider.account && place.region === provider.region;
    const own = { ...account("Consumer", place), arrange: "column" as const, children };
    return same ? { ...own, title: "Consumer", detail: "in the same account" } : own;
  });
}

function placeOf(stacks: Stacks, stack: string): Place {
  const json = stacks[stack] as
    | { provider?: { aws?: { region?: string; allowed_account_ids?: string[] }[] } }
    | undefined;
  const [aws] = json?.provider?.aws ?? [];
  return { account: aws?.allowed_account_ids?.[0] ?? "", region: aws?.region ?? "" };
}

function otherConsumers({ environment, stacks }: Scene, { account: own }: Place): Box[] {
  const principals = Object.values(
    stacks[stackId("privatelink-service", { name: environment })]?.resource
      ?.aws_vpc_endpoint_service_allowed_principal ?? {},
  ).map(({ principal_arn }) => String(principal_arn));
  const others = principals.map((arn) => /::(\d{12}):/.exec(arn)?.[1] ?? arn).filter((principal) => principal !== own);
  if (others.length === 0) return [];
  const [first = "", ...more] = others;
  const detail = more.length > 0 ? `${first} and ${more.length} more` : first;
  return [
    { id: OTHER_CONSUMERS, kind: "outside", sign: "client", title: "Other allowed consumers", detail, children: [] },
  ];
}

function endpointServices({ network }: Scene): Box[] {
  return [...network.endpointServices.values()].map(({ key }) => ({
    id: idOf(key),
    kind: "privatelink",
    sign: "endpoint",
    title: "Endpoint service",
    detail: "AWS PrivateLink",
    resource: key,
    children: [],
  }));
}

function providerVpcs(scene: Scene): Box[] {
  const { consumers, network, stacks } = scene;
  const theirs = new Set(consumers.map((name) => stackId("consumer-endpoint", { name })));
  return [...network.vpcs.values()]
    .filter(({ origin }) => !theirs.has(origin.stack))
    .map(({ block, key, origin }): Box => {
      const gateways = Object.keys(stacks[origin.stack]?.resource?.aws_internet_gateway ?? {}).map((name): Box => {
        const resource = `${origin.stack}/aws_internet_gateway.${name}`;
        return { ...leaf("Internet gateway", resource), kind: "network", sign: "gateway" };
      });
      const endpoints = network.serviceEndpoints
        .filter(({ kind, vpc }) => kind === "Gateway" && vpc === key)
        .map(({ key: resource, service }): Box => {
          return { ...leaf("Gateway endpoint", resource), kind: "network", sign: "endpoint", detail: service };
        });
      return {
        id: idOf(key),
        kind: "vpc",
        title: "Provider VPC",
        detail: block,
        resource: key,
        arrange: "column",
        lanes: { right: 56, bottom: gateways.length + endpoints.length > 0 ? 40 : 0 },
        children: zones(scene, key),
        border: [...gateways, ...endpoints],
      };
    });
}

const leaf = (title: string, resource: string) => ({ id: idOf(resource), title, resource, children: [] });

function consumerVpc(scene: Scene, consumer: string, stack: string, heights: readonly number[]): Box {
  const { network } = scene;
  const title = `VPC of ${consumer}`;
  const vpc = [...network.vpcs.values()].find(({ origin }) => origin.stack === stack);
  if (vpc) {
    const { block, key } = vpc;
    const children = zones(scene, key).map((zone, index) => ({ ...zone, leastHeight: heights[index] ?? 0 }));
    return { id: idOf(key), kind: "vpc", title, detail: block, resource: key, arrange: "column", children };
  }
  const resource = `${stack}/${network.consumerEndpoints.get(stack)?.origin.address ?? ""}`;
  const endpoint: Box = { ...leaf("Interface endpoint", resource), kind: "privatelink", sign: "endpoint" };
  return { id: idOf(`${stack}-vpc`), kind: "vpc", title, detail: "existing VPC", children: [endpoint] };
}
