import { readConsumerEndpoints, readEndpointServices, readServiceEndpoints } from "./endpoints";
import { addWorkloads, Interfaces } from "./interfaces";
import { readLoadBalancers } from "./load-balancers";
import type { Network } from "./network";
import { readSecurityGroups } from "./security-groups";
import type { Stacks } from "./stacks";
import { readTopology } from "./topology";

/** The network that these stacks make, and where to add probes to it. */
export function readNetwork(stacks: Stacks): { network: Network; interfaces: Interfaces } {
  const topology = readTopology(stacks);
  const interfaces = new Interfaces(topology.subnets);
  const loadBalancing = readLoadBalancers(stacks, interfaces);
  const { functionsOutside } = addWorkloads(stacks, interfaces);
  const network: Network = {
    ...topology,
    ...loadBalancing,
    securityGroups: readSecurityGroups(stacks),
    serviceEndpoints: readServiceEndpoints(stacks, interfaces),
    endpointServices: readEndpointServices(stacks),
    consumerEndpoints: readConsumerEndpoints(stacks, interfaces),
    interfaces: interfaces.all,
    functionsOutside,
  };
  return { network, interfaces };
}
