import { creates, createsAurora, createsInstance, serviceListeners } from "../derive";
import { protections } from "../protections";
import { limitedConsumers, SUBJECT_HEADER } from "../request-limits";
import type { Environment } from "../schema";
import { usableParts } from "../schema/workloads";
import { widePermissions } from "./permissions";
import type { EnvironmentRule, Finding } from "./rule";
import { secretsInVariables } from "./secrets";

type Exception = Exclude<
  keyof Environment["acknowledge"],
  | "anyPrincipal"
  | "dataRemoval"
  | "forgeableLimits"
  | "overlappingNetwork"
  | "raisedQuota"
  | "secretInVariable"
  | "sharedNamePrefix"
  | "wideTaskPermission"
>;

interface Danger {
  readonly path: readonly (string | number)[];
  readonly safe: string;
}

/** What endangers data or availability, by the exception that would excuse it. */
const dangers: Readonly<Record<Exception, (environment: Environment) => readonly (Danger | false)[]>> = {
  singleAzDatabase: ({ data }) => [
    createsInstance({ data }) && !data.database.multiAz && { path: ["data", "database", "multiAz"], safe: "true" },
    createsAurora({ data }) &&
      data.database.serverless.readers < 1 && {
        path: ["data", "database", "serverless", "readers"],
        safe: "at least 1",
      },
  ],

  unprotectedDeletion: (environment) =>
    protections.map(({ isOff, path, safe }) => isOff(environment) && { path, safe }),

  singlePointOfFailure: ({ application, compute, network, services }) => [
    ...[
      ...Object.entries(services).map(([name, options]) => ({ path: ["services", name], ...options })),
      { path: ["application"], ...application },
    ].flatMap(({ minimumTasks, path, schedules }) => [
      minimumTasks < 2 && { path: [...path, "minimumTasks"], safe: "at least 2" },
      ...Object.entries(schedules).map(
        ([name, bounds]) =>
          bounds.minimumTasks < 2 && { path: [...path, "schedules", name, "minimumTasks"], safe: "at least 2" },
      ),
    ]),
    compute.launchType === "EC2" &&
      compute.ec2.minimumInstances < 2 && { path: ["compute", "ec2", "minimumInstances"], safe: "at least 2" },
    !network.existing &&
      network.natGateways === "single" && { path: ["network", "natGateways"], safe: "perAz or none" },
  ],

  plaintext: (environment) => {
    const { listeners } = environment.compute.loadBalancer;
    const clear = serviceListeners(environment).filter(
      ({ albProtocol, certificateArn }) => certificateArn === undefined && albProtocol === "HTTP",
    );
    return [...new Set(clear.map(({ albListenerPort }) => albListenerPort))].map((port) => ({
      path: ["compute", "loadBalancer", "listeners", listeners.findIndex((listener) => listener.port === port)],
      safe: "a listener with certificateArn, so that traffic from consumers is encrypted",
    }));
  },

  noAlarmRecipient: ({ observability }) => [
    observability.alarmEmails.length === 0 && { path: ["observability", "alarmEmails"], safe: "at least one address" },
  ],
};

const sources: Readonly<Record<Exception, string>> = {
  singleAzDatabase: 'Amazon RDS User Guide, "Multi-AZ DB instance deployments for Amazon RDS"',
  unprotectedDeletion: 'AWS Well-Architected Framework, Reliability Pillar, "Back up data"',
  singlePointOfFailure: 'AWS Well-Architected Framework, "REL10-BP01 Deploy the workload to multiple locations"',
  plaintext: 'AWS Well-Architected Framework, "SEC09-BP02 Enforce encryption in transit"',
  noAlarmRecipient:
    'AWS Well-Architected Framework, "REL06-BP03 Send notifications (Real-time processing and alarming)"',
};

/** Fixes other than using the safe value. */
const fixes: Readonly<Partial<Record<Exception, string>>> = {
  noAlarmRecipient: "add an address",
  plaintext: "add the certificateArn of an ACM certificate to this listener (port 443) or to the NLB's listener",
};

function endangered(environment: Environment, exception: Exception): Danger[] {
  return environment.stage === "production" ? dangers[exception](environment).filter((danger) => danger !== false) : [];
}

function refuse(environment: Environment, exception: Exception): Finding[] {
  if (environment.acknowledge[exception]) return [];
  return endangered(environment, exception).map(({ path, safe }) => ({
    path,
    allowed: `in production: ${safe}`,
    fix: `${fixes[exception] ?? "use that value or remove the line"}, or give a reason in acknowledge.${exception}`,
    source: sources[exception],
  }));
}

/** Without a standby, the loss of one zone is the loss of the database. */
export const productionHasAStandbyDatabase: EnvironmentRule = (environment) => refuse(environment, "singleAzDatabase");

/** A mistake must not delete what cannot be created again. */
export const productionIsProtectedFromDeletion: EnvironmentRule = (environment) =>
  refuse(environment, "unprotectedDeletion");

/** Production survives the loss of any one task, instance or NAT gateway. */
export const productionHasNoSinglePointOfFailure: EnvironmentRule = (environment) =>
  refuse(environment, "singlePointOfFailure");

/** PrivateLink carries traffic across accounts: it is encrypted up to the provider's load balancer. */
export const productionEncryptsTraffic: EnvironmentRule = (environment) => refuse(environment, "plaintext");

/** Without a recipient, consumers would notice a failure before the provider does. */
export const productionAlarmsReachSomebody: EnvironmentRule = (environment) => refuse(environment, "noAlarmRecipient");

/** An exception without a cause would silently permit the next mistake. */
export const exceptionsAreNeeded: EnvironmentRule = (environment) => {
  const { acknowledge, privatelink } = environment;
  const needed: Readonly<Record<string, boolean>> = {
    singleAzDatabase: endangered(environment, "singleAzDatabase").length > 0,
    unprotectedDeletion: endangered(environment, "unprotectedDeletion").length > 0,
    singlePointOfFailure: endangered(environment, "singlePointOfFailure").length > 0,
    plaintext: endangered(environment, "plaintext").length > 0,
    noAlarmRecipient: endangered(environment, "noAlarmRecipient").length > 0,
    dataRemoval:
      environment.stage === "production" &&
      (createsAurora(environment) || usableParts.some((part) => !creates(environment, part))),
    wideTaskPermission: widePermissions(environment).length > 0,
    secretInVariable: secretsInVariables(environment).length > 0,
    forgeableLimits: limitedConsumers(privatelink).some(({ header }) => header !== SUBJECT_HEADER),
    anyPrincipal: privatelink.allowedPrincipals.includes("*") && !privatelink.acceptanceRequired,
  };
  return Object.entries(acknowledge).flatMap(([exception, reason]) =>
    reason === undefined || needed[exception] !== false
      ? []
      : {
          path: ["acknowledge", exception],
          allowed: "exceptions that the file needs",
          fix: "remove the line",
        },
  );
};
