import type { Environment } from "../schema";
import type { EnvironmentRule, Finding } from "./rule";

type Exception = Exclude<keyof Environment["acknowledge"], "anyPrincipal" | "overlappingNetwork">;

interface Danger {
  readonly path: readonly string[];
  readonly safe: string;
}

/** What endangers data or availability, by the exception that would excuse it. */
const dangers: Readonly<Record<Exception, (environment: Environment) => readonly (Danger | false)[]>> = {
  singleAzDatabase: ({ data }) => [!data.database.multiAz && { path: ["data", "database", "multiAz"], safe: "true" }],

  unprotectedDeletion: ({ backend, compute, data, privatelink }) => [
    backend.s3.forceDestroy && { path: ["backend", "s3", "forceDestroy"], safe: "false" },
    !data.database.deletionProtection && { path: ["data", "database", "deletionProtection"], safe: "true" },
    !data.database.finalSnapshot && { path: ["data", "database", "finalSnapshot"], safe: "true" },
    !data.backup.enabled && { path: ["data", "backup", "enabled"], safe: "true" },
    data.backup.forceDestroy && { path: ["data", "backup", "forceDestroy"], safe: "false" },
    data.secretRecoveryDays === 0 && { path: ["data", "secretRecoveryDays"], safe: "7 to 30" },
    data.staticAssets.forceDestroy && { path: ["data", "staticAssets", "forceDestroy"], safe: "false" },
    !compute.loadBalancer.deletionProtection && {
      path: ["compute", "loadBalancer", "deletionProtection"],
      safe: "true",
    },
    compute.loadBalancer.accessLogForceDestroy && {
      path: ["compute", "loadBalancer", "accessLogForceDestroy"],
      safe: "false",
    },
    compute.repository.forceDelete && { path: ["compute", "repository", "forceDelete"], safe: "false" },
    !privatelink.deletionProtection && { path: ["privatelink", "deletionProtection"], safe: "true" },
  ],

  singlePointOfFailure: ({ application, compute, network }) => [
    application.minimumTasks < 2 && { path: ["application", "minimumTasks"], safe: "at least 2" },
    compute.launchType === "EC2" &&
      compute.ec2.minimumInstances < 2 && { path: ["compute", "ec2", "minimumInstances"], safe: "at least 2" },
    network.natGateways === "single" && { path: ["network", "natGateways"], safe: "perAz or none" },
  ],
};

const sources: Readonly<Record<Exception, string>> = {
  singleAzDatabase: 'Amazon RDS User Guide, "Multi-AZ DB instance deployments for Amazon RDS"',
  unprotectedDeletion: 'AWS Well-Architected Framework, Reliability Pillar, "Back up data"',
  singlePointOfFailure: 'AWS Well-Architected Framework, "REL10-BP01 Deploy the workload to multiple locations"',
};

function endangered(environment: Environment, exception: Exception): Danger[] {
  return environment.stage === "production" ? dangers[exception](environment).filter((danger) => danger !== false) : [];
}

function refuse(environment: Environment, exception: Exception): Finding[] {
  if (environment.acknowledge[exception]) return [];
  return endangered(environment, exception).map(({ path, safe }) => ({
    path,
    allowed: `in production: ${safe}`,
    fix: `write that or remove the line, or give a reason in acknowledge.${exception}`,
    source: sources[exception],
  }));
}

/** Without a standby, the loss of one zone is the loss of the database. */
export const productionHasAStandbyDatabase: EnvironmentRule = (environment) => refuse(environment, "singleAzDatabase");

/** A slip of the hand must not delete what cannot be made again. */
export const productionIsProtectedFromDeletion: EnvironmentRule = (environment) =>
  refuse(environment, "unprotectedDeletion");

/** Production survives the loss of any one task, instance or NAT gateway. */
export const productionHasNoSinglePointOfFailure: EnvironmentRule = (environment) =>
  refuse(environment, "singlePointOfFailure");

/** An exception that outlives its cause would silently excuse the next one. */
export const exceptionsAreNeeded: EnvironmentRule = (environment) => {
  const { acknowledge, privatelink } = environment;
  const needed: Readonly<Record<string, boolean>> = {
    singleAzDatabase: endangered(environment, "singleAzDatabase").length > 0,
    unprotectedDeletion: endangered(environment, "unprotectedDeletion").length > 0,
    singlePointOfFailure: endangered(environment, "singlePointOfFailure").length > 0,
    anyPrincipal: privatelink.allowedPrincipals.includes("*") && !privatelink.acceptanceRequired,
  };
  return Object.entries(acknowledge).flatMap(([exception, reason]) =>
    reason === undefined || needed[exception] !== false
      ? []
      : {
          path: ["acknowledge", exception],
          allowed: "exceptions that something in the file needs",
          fix: "remove the line",
        },
  );
};
