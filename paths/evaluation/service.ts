import type { Network, NetworkInterface, ServiceEndpoint } from "../model/network";
import { policyVerdict } from "./endpoint-policy";
import type { AwsService } from "./flow";
import { securityGroupHop } from "./security-group";
import { type Hop, type Trace, trace } from "./trace";
import { between, outOfVpc, publicServiceAddress, subnetOf } from "./vpc";

/**
 * To an AWS service: its name resolves to an interface endpoint with private DNS where the VPC has one, else to public
 * addresses, which a gateway endpoint's prefix list or the way to the internet leads to.
 * Source: AWS PrivateLink guide, "Private DNS"; "Gateway endpoints".
 */
export function serviceTrace(network: Network, from: NetworkInterface, to: AwsService, port: number): Trace {
  const { vpc } = subnetOf(network, from);
  const endpoints = network.serviceEndpoints.filter(
    (endpoint) => endpoint.vpc === vpc && endpoint.service === to.service,
  );
  const names = network.vpcs.get(vpc)?.resolvesPrivateNames === true;
  const byName = endpoints.find(({ kind, privateDns }) => kind === "Interface" && privateDns && names);
  if (byName) return throughInterface(network, from, byName, to, port);

  const gateway = endpoints.find(({ kind }) => kind === "Gateway");
  const label = `public addresses of ${to.service}`;
  const peer = { label, block: publicServiceAddress, groups: [], prefixList: gateway?.key };
  const destination = { label, address: publicServiceAddress, prefixList: gateway?.key };
  const out = securityGroupHop(network, from, "egress", peer, port);
  const { gatewayEndpoint, hops } = outOfVpc(network, from, destination, port);
  const taken = endpoints.find(({ key }) => key === gatewayEndpoint);
  return trace([out, ...hops, ...(taken ? [policyHop(taken, to)] : [])], {
    answered: port === 443,
    overInternet: taken === undefined,
  });
}

function throughInterface(
  network: Network,
  from: NetworkInterface,
  endpoint: ServiceEndpoint,
  to: AwsService,
  port: number,
): Trace {
  // The Region's name resolves to the interfaces of all zones, so each of them has to let the client in.
  const ways = endpoint.interfaces.map((target) => between(network, from, target, port));
  const worst = ways.map((hops) => trace(hops)).find(({ verdict }) => verdict !== "open");
  const [first] = endpoint.interfaces;
  const hops = worst?.hops ?? (first ? between(network, from, first, port) : []);
  const name: Hop = {
    verdict: "open",
    text: `the name of ${to.service} resolves to the endpoint${first ? ` (${first.address} and other zones)` : ""}`,
    origin: endpoint.origin,
  };
  return trace([name, ...hops, policyHop(endpoint, to)], { answered: port === 443 && first !== undefined });
}

function policyHop({ origin, policy }: ServiceEndpoint, { call }: AwsService): Hop {
  const verdict = policyVerdict(policy, call);
  const does = { open: "allows", closed: "does not allow", unknown: "has conditions that are not modelled about" };
  return { verdict, text: `the endpoint's policy ${does[verdict]} ${call.action} on ${call.resource}`, origin };
}
