import { furtherRegions, PRIVATELINK_IDLE_SECONDS, serviceListeners } from "../derive";
import { isNameOfAws } from "../names-of-aws";
import { partition, zonesWithoutCrossRegionAccess } from "../regions";
import { clientRanges } from "../service-consumers";
import type { EnvironmentRule } from "./rule";
import { writtenPrincipals, writtenRanges } from "./service-consumers";

const albTarget =
  'User Guide for Network Load Balancers, "Use Application Load Balancers as targets of a Network Load Balancer"';
const createService = 'AWS PrivateLink Guide, "Create a service powered by AWS PrivateLink"';
const manageDnsNames = 'AWS PrivateLink Guide, "Manage DNS names for VPC endpoint services"';
const configureService = 'AWS PrivateLink Guide, "Configure an endpoint service"';

/** With enforcement the security group checks the address of the consumer's client: without ranges no client passes. */
export const enforcementKnowsItsClients: EnvironmentRule = ({ privatelink }) =>
  privatelink.enforceInboundRulesOnPrivateLinkTraffic === "on" && clientRanges(privatelink).length === 0
    ? [
        {
          path: ["privatelink", "consumerCidrs"],
          given: "no range while enforcement is on, so that no client would pass",
          allowed: "the address ranges of clients in consumer VPCs",
          fix: 'add them, or set enforceInboundRulesOnPrivateLinkTraffic to "off"',
          source: 'User Guide for Network Load Balancers, "Update the security groups for your Network Load Balancer"',
        },
      ]
    : [];

/** A range that holds every address checks nothing, and looks as if it did. */
export const consumerRangesExcludeSomebody: EnvironmentRule = ({ privatelink }) =>
  writtenRanges(privatelink).flatMap(({ path, value }) =>
    value.endsWith("/0")
      ? {
          path,
          allowed: "ranges that do not include every address",
          fix: 'name the clients\' ranges, or set enforceInboundRulesOnPrivateLinkTraffic to "off"',
        }
      : [],
  );

/** IPv6 clients reach only a service of both families. */
export const consumerRangesAreOfTheServicesFamily: EnvironmentRule = ({ network, privatelink }) =>
  network.ipAddressType === "dualstack"
    ? []
    : writtenRanges(privatelink).flatMap(({ path, value }) =>
        value.includes(":")
          ? {
              path,
              allowed: "IPv4 ranges, since network.ipAddressType is ipv4",
              fix: "remove the range, or set network.ipAddressType to dualstack",
              source: createService,
            }
          : [],
      );

/** Each listener of the NLB leads to a listener of the ALB; in alb-target mode AWS checks that, in ip-sync mode it does not. */
export const listenersLeadToTheAlb: EnvironmentRule = ({ compute, privatelink }) => {
  const ports = compute.loadBalancer.listeners.map(({ port }) => port);
  return privatelink.listeners.flatMap(({ port, albListenerPort }, index) =>
    ports.includes(albListenerPort ?? port)
      ? []
      : {
          path: ["privatelink", "listeners", index, albListenerPort === undefined ? "port" : "albListenerPort"],
          allowed: `a port of compute.loadBalancer.listeners: ${ports.join(", ")}`,
          fix:
            albListenerPort === undefined
              ? "add albListenerPort, or an ALB listener on this port"
              : "choose one of them",
          source: albTarget,
        },
  );
};

/** A target group of type alb speaks TCP: it passes TLS through, and cannot end it. */
export const albTargetPassesTlsThrough: EnvironmentRule = ({ privatelink }) =>
  privatelink.albTargetMode === "alb-target"
    ? privatelink.listeners.flatMap(({ certificateArn }, index) =>
        certificateArn
          ? {
              path: ["privatelink", "listeners", index, "certificateArn"],
              allowed: "with albTargetMode alb-target: no certificate on the NLB",
              fix: "move it to the ALB listener, or choose albTargetMode ip-sync",
              source: albTarget,
            }
          : [],
      )
    : [];

/** A target group of type alb takes HTTP and HTTPS health checks only. */
export const albTargetIsCheckedByHttp: EnvironmentRule = ({ privatelink }) =>
  privatelink.albTargetMode === "alb-target" && privatelink.targetGroup.healthCheckProtocol === "TCP"
    ? [
        {
          path: ["privatelink", "targetGroup", "healthCheckProtocol"],
          allowed: "with albTargetMode alb-target: HTTP or HTTPS",
          fix: "remove it: the default is the ALB listener's protocol",
          source: albTarget,
        },
      ]
    : [];

/** An HTTPS listener answers a plain HTTP check with an error, an HTTP listener an HTTPS check not at all. */
export const healthCheckSpeaksTheListenersProtocol: EnvironmentRule = (environment) => {
  const wanted = environment.privatelink.targetGroup.healthCheckProtocol;
  if (wanted !== "HTTP" && wanted !== "HTTPS") return [];
  const other = serviceListeners(environment).find(({ albProtocol }) => albProtocol !== wanted);
  if (!other) return [];
  return [
    {
      path: ["privatelink", "targetGroup", "healthCheckProtocol"],
      given: `${wanted}, while the ALB listener on port ${other.albListenerPort} speaks ${other.albProtocol}`,
      allowed: "the protocol of every ALB listener that the NLB leads to",
      fix: "remove it: the default is each ALB listener's own protocol",
      source: 'User Guide for Network Load Balancers, "Health checks for Network Load Balancer target groups"',
    },
  ];
};

/** An ALB takes the PROXY protocol's header for a broken request. */
export const albReceivesNoProxyProtocol: EnvironmentRule = ({ privatelink }) =>
  privatelink.targetGroup.proxyProtocolV2
    ? [
        {
          path: ["privatelink", "targetGroup", "proxyProtocolV2"],
          allowed: "false, as the NLB's target is an ALB, which does not understand the header",
          fix: "remove the line",
          source:
            'User Guide for Network Load Balancers, "Edit target group attributes for your Network Load Balancer"',
        },
      ]
    : [];

/** AWS verifies a private DNS name by a TXT record in public DNS: either Terraform creates it, or another party does. */
export const privateDnsNameCanBeVerified: EnvironmentRule = ({ privatelink }) => {
  const dns = privatelink.privateDns;
  if (!dns || Boolean(dns.publicZoneId) !== Boolean(dns.acknowledgeExternalTxtRecord)) return [];
  const both = Boolean(dns.publicZoneId);
  return [
    {
      path: ["privatelink", "privateDns"],
      given: both
        ? "both publicZoneId and acknowledgeExternalTxtRecord"
        : "neither publicZoneId nor acknowledgeExternalTxtRecord",
      allowed: "exactly one of them, so that it is clear who creates the TXT record",
      fix: both
        ? "remove one of them"
        : "add publicZoneId, or the reason in acknowledgeExternalTxtRecord why the record is created elsewhere",
      source: manageDnsNames,
    },
  ];
};

/** Without acceptance every principal that may ask is let in: `*` then means every AWS account. */
export const everybodyIsNotLetIn: EnvironmentRule = ({ acknowledge, privatelink }) => {
  const index = privatelink.allowedPrincipals.indexOf("*");
  if (index < 0 || privatelink.acceptanceRequired || acknowledge.anyPrincipal) return [];
  return [
    {
      path: ["privatelink", "allowedPrincipals", index],
      given: '"*" without acceptanceRequired, which lets every AWS account in',
      allowed: "named principals, or * with acceptanceRequired",
      fix: "name the consumers' accounts, remove acceptanceRequired: false, or give a reason in acknowledge.anyPrincipal",
      source: configureService,
    },
  ];
};

/**
 * AWS documents accounts, roles, users and *. It states that it takes no ARN with a path; organizations and
 * organizational units occur in the API's types alone, and no page says that a service lets them in.
 */
export const principalsAreThoseThatAwsDocuments: EnvironmentRule = ({ privatelink }) =>
  writtenPrincipals(privatelink).flatMap(({ path, value: principal }) => {
    if (principal.includes(":organizations:")) {
      return {
        path,
        allowed: "accounts, roles, users and *: AWS documents no organization or organizational unit as a principal",
        fix: `name its accounts${path.includes("consumers") ? "" : ', or write "*" with acceptanceRequired: true'}`,
        source: configureService,
      };
    }
    const [account = "", kind = "", ...rest] = principal.split(/[/]/);
    if (rest.length === 0) return [];
    const whole = `${account.split(":").slice(0, 5).join(":")}:root`;
    return {
      path,
      allowed: "roles and users without a path, which AWS does not support here",
      fix: `use ${account.endsWith(":role") ? "a role" : "a user"} whose name has no path (not ${kind}/…), or its account: ${whole}`,
      source: 'Amazon EC2 API Reference, "ModifyVpcEndpointServicePermissions"',
    };
  });

/** An ARN names its partition; accounts of another one do not exist here. */
export const principalsAreOfThePartition: EnvironmentRule = ({ privatelink, region }) =>
  writtenPrincipals(privatelink).flatMap(({ path, value: principal }) =>
    principal === "*" || principal.split(":")[1] === partition(region)
      ? []
      : {
          path,
          allowed: `principals that begin with arn:${partition(region)}:, the partition of ${region}`,
          fix: "write the ARN of that partition",
          source: 'AWS General Reference, "Amazon Resource Names (ARNs)"',
        },
  );

/** The environment's own Region is always supported and belongs to the set anyway. PrivateLink does not cross partitions. */
export const supportedRegionsAreOthers: EnvironmentRule = ({ privatelink, region }) =>
  furtherRegions(privatelink).flatMap((supported, index) => {
    const path = ["privatelink", "supportedRegions", index];
    if (supported === region) {
      return {
        path,
        allowed: `Regions other than ${region}, which is always supported`,
        fix: "remove it",
        source: createService,
      };
    }
    if (partition(supported) === partition(region)) return [];
    return { path, allowed: `Regions of partition ${partition(region)}`, fix: "remove it", source: createService };
  });

/** A service for further Regions cannot have an idle timeout of its own. */
export const supportedRegionsKeepTheIdleTimeout: EnvironmentRule = ({ privatelink }) =>
  furtherRegions(privatelink).length > 0 && privatelink.tcpIdleTimeoutSeconds !== 350
    ? [
        {
          path: ["privatelink", "tcpIdleTimeoutSeconds"],
          allowed: "with supportedRegions: 350, AWS's default",
          fix: "remove the line, or supportedRegions",
          source: createService,
        },
      ]
    : [];

/** Some zones take no part in cross-Region access. Where zones are not named, only a plan can tell. */
export const supportedRegionsReachEveryZone: EnvironmentRule = ({ network, privatelink }) =>
  furtherRegions(privatelink).length === 0
    ? []
    : (network.availabilityZoneIds ?? []).flatMap((id, index) =>
        zonesWithoutCrossRegionAccess.includes(id)
          ? {
              path: ["network", "availabilityZoneIds", index],
              allowed: `with privatelink.supportedRegions: zones other than ${zonesWithoutCrossRegionAccess.join(", ")}`,
              fix: "name another zone",
              source: createService,
            }
          : [],
      );

/**
 * An endpoint ends an idle connection after 350 seconds whatever the NLB does, and without enforcement only endpoints
 * reach the NLB: a longer timeout would hold its flows for nothing.
 */
export const idleTimeoutIsWithinTheEndpoints: EnvironmentRule = ({ privatelink }) =>
  privatelink.tcpIdleTimeoutSeconds > PRIVATELINK_IDLE_SECONDS &&
  privatelink.enforceInboundRulesOnPrivateLinkTraffic === "off"
    ? [
        {
          path: ["privatelink", "tcpIdleTimeoutSeconds"],
          allowed: `60 to ${PRIVATELINK_IDLE_SECONDS}, since every client comes through an endpoint, which ends idle connections after ${PRIVATELINK_IDLE_SECONDS} seconds`,
          fix: "remove the line, and let clients send keep-alive packets",
          source: 'AWS PrivateLink Guide, "Access AWS services through AWS PrivateLink"',
        },
      ]
    : [];

/** AWS verifies who owns a name by its public zone, and the zones of AWS's own names are AWS's. */
export const privateDnsNameIsNotOfAws: EnvironmentRule = ({ privatelink }) =>
  privatelink.privateDns && isNameOfAws(privatelink.privateDns.name)
    ? [
        {
          path: ["privatelink", "privateDns", "name"],
          allowed: "names below a domain of your own",
          fix: "choose a name below your own domain, e.g. app.example.com",
          source: manageDnsNames,
        },
      ]
    : [];
