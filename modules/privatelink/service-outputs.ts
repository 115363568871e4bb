import { clientCertificates, furtherRegions, idleSeconds } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { accountsOf, allowedPrincipals, ownName, serviceConsumers } from "../../config/service-consumers";
import type { EndpointService } from "./endpoint-service";
import type { NetworkLoadBalancer } from "./network-load-balancer";

export interface ServiceOutputsProps {
  readonly environment: Environment;
  readonly networkLoadBalancer: NetworkLoadBalancer;
  readonly endpointService: EndpointService;
  /** Availability Zone IDs of the NLB's subnets. */
  readonly availabilityZoneIds: readonly string[];
}

/** What consumers, invitations and `npx ecs-privatelink connections` need to know of the service, by output name. */
export function serviceOutputs(props: ServiceOutputsProps): Record<string, { value: unknown; description: string }> {
  const { availabilityZoneIds, endpointService, environment, networkLoadBalancer } = props;
  const { name, privatelink, region } = environment;
  const { privateDnsName, service } = endpointService;
  const allowed = allowedPrincipals(privatelink).join(", ") || "none";
  return {
    serviceName: { value: service.serviceName, description: "What a consumer creates an endpoint to" },
    serviceId: { value: service.id, description: "What `npx ecs-privatelink connections` acts on" },
    availabilityZoneIds: { value: availabilityZoneIds, description: "Zones in which consumers can connect" },
    region: { value: region, description: "Region of the service" },
    supportedRegions: {
      value: furtherRegions(privatelink),
      description: "Further Regions in which consumers can connect",
    },
    ...(environment.network.ipAddressType === "dualstack" && {
      supportedIpAddressTypes: {
        value: ["ipv4", "ipv6"],
        description: "Address families of the service",
      },
    }),
    ...(clientCertificates(environment) && {
      mutualTls: {
        value: clientCertificates(environment),
        description: "How certificates of clients are treated",
      },
    }),
    idleSeconds: {
      value: idleSeconds(environment),
      description: "Seconds without data after which a client's connection ends",
    },
    ports: { value: networkLoadBalancer.listeners.map(({ port }) => port), description: "TCP ports of the service" },
    acceptanceRequired: {
      value: privatelink.acceptanceRequired,
      description: "Whether a connection waits to be accepted",
    },
    // A text, so that the plan shows the advice where a principal goes.
    allowedPrincipals: {
      value: `${allowed} (removing one leaves its connections as they are; end them with: npx ecs-privatelink connections --env ${name} reject --account <account id>)`,
      description: "Who may create endpoints",
    },
    ...(Object.keys(privatelink.consumers).length > 0 && {
      consumers: { value: registry(environment), description: "Consumers that the service knows by name" },
    }),
    ...(privateDnsName && {
      privateDnsName: {
        value: service.privateDnsName,
        description: "Name that consumers may use, once it is verified",
      },
      privateDnsVerificationRecord: {
        value: { ...privateDnsName.verificationRecord },
        description: privateDnsName.verification
          ? "Record that proves ownership of the private DNS name; it is in the public zone"
          : `Record to create in the public zone; then run: aws ec2 start-vpc-endpoint-service-private-dns-verification --region ${region} --service-id <serviceId>`,
      },
    }),
  };
}

/** The consumers by name, as commands need them that have the state alone. */
const registry = ({ privatelink }: Environment): Record<string, unknown> =>
  Object.fromEntries(
    serviceConsumers(privatelink).map((consumer) => {
      const { accept, availabilityZoneIds, contact, costCentre, name, until } = consumer;
      return [
        name,
        {
          accounts: accountsOf(consumer),
          automatically: accept.automatically,
          atMostEndpoints: accept.atMostEndpoints,
          ...(availabilityZoneIds && { availabilityZoneIds }),
          ...(contact && { contact }),
          ...(costCentre && { costCentre }),
          ...(until && { until }),
          ...(ownName(consumer, privatelink.privateDns?.name) && {
            ownName: ownName(consumer, privatelink.privateDns?.name),
          }),
        },
      ];
    }),
  );
