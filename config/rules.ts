/**
 * Rules across options: what no single option can know, refused before Terraform or AWS would. Each is a pure function
 * with its reason, named after what holds when it is content.
 */
import * as backend from "./rules/backend";
import * as compute from "./rules/compute";
import * as consumer from "./rules/consumer";
import * as data from "./rules/data";
import * as link from "./rules/link";
import * as naming from "./rules/naming";
import * as network from "./rules/network";
import * as privatelink from "./rules/privatelink";
import * as production from "./rules/production";
import type { ConfigurationRule, ConsumerRule, EnvironmentRule, LinkRule } from "./rules/rule";
import * as unused from "./rules/unused";

/** Rules over one environment. */
export const environmentRules: readonly EnvironmentRule[] = [
  naming.namesAreShortEnough,
  naming.namesDoNotBeginLikeAwsOwn,
  naming.environmentTagsStandBesideOwn,
  naming.variablesStandBesideOwn,
  backend.environmentBackendIsComplete,
  backend.remoteRunsBuildNoImage,
  network.vpcBlockIsUsable,
  network.vpcBlockIsNotDockers,
  network.subnetsFitIntoVpc,
  network.privateSubnetsHoldALoadBalancer,
  network.privateSubnetsHoldAllTasks,
  network.zoneIdsMatchZoneCount,
  network.zoneIdsBelongToRegion,
  network.imageIsReachableWithoutNat,
  data.databaseWindowsAreLongEnough,
  data.databaseWindowsDoNotOverlap,
  data.databaseStorageCanGrow,
  data.freeStorageAlarmCanEnd,
  compute.imageHasOneOrigin,
  compute.taskLimitsAreInOrder,
  compute.instanceLimitsAreInOrder,
  compute.fargateRunsTasksOfThisSize,
  compute.instancesHoldTheTasks,
  compute.instancesHaveTheArchitecture,
  compute.listenerPortsAreUnique,
  compute.certificatesAreTheEnvironmentsOwn,
  privatelink.enforcementKnowsItsClients,
  privatelink.consumerRangesExcludeSomebody,
  privatelink.consumerRangesAreOfTheServicesFamily,
  privatelink.listenersLeadToTheAlb,
  privatelink.albTargetPassesTlsThrough,
  privatelink.albTargetIsCheckedByHttp,
  privatelink.healthCheckSpeaksTheListenersProtocol,
  privatelink.albReceivesNoProxyProtocol,
  privatelink.privateDnsNameCanBeVerified,
  privatelink.everybodyIsNotLetIn,
  privatelink.principalsAreOfThePartition,
  privatelink.supportedRegionsAreOthers,
  privatelink.supportedRegionsKeepTheIdleTimeout,
  privatelink.supportedRegionsReachEveryZone,
  production.productionHasAStandbyDatabase,
  production.productionIsProtectedFromDeletion,
  production.productionHasNoSinglePointOfFailure,
  production.exceptionsAreNeeded,
  unused.environmentOptionsHaveAnEffect,
];

/** Rules over one consumer. */
export const consumerRules: readonly ConsumerRule[] = [
  naming.consumerTagsStandBesideOwn,
  backend.consumerBackendIsComplete,
  consumer.serviceIsNamedOnce,
  consumer.serviceNameIsOfItsRegion,
  consumer.serviceIsInThePartition,
  consumer.vpcIsChosenOnce,
  consumer.tagsSingleSomethingOut,
  consumer.subnetsOfAnExistingVpcAreChosen,
  consumer.consumerZonesBelongToTheirRegion,
  consumer.consumerZonesAreTheServices,
  consumer.createdVpcBlockIsUsable,
  consumer.clientsAreNamed,
  consumer.clientRangesExcludeSomebody,
  consumer.hostedZoneHasAName,
  consumer.furtherVpcsAreOthers,
  unused.consumerOptionsHaveAnEffect,
];

/** Rules over a consumer and the environment that it names. */
export const linkRules: readonly LinkRule[] = [
  link.linkedServiceIsInItsRegion,
  link.linkedServiceSupportsTheRegion,
  link.linkedServiceHasTheZones,
  link.linkedServiceListensOnThePorts,
  link.linkedServiceHasAPrivateDnsName,
  link.linkedServiceAllowsTheAccount,
  backend.localStateIsReadLocally,
];

/** Rules over everything that is loaded. */
export const configurationRules: readonly ConfigurationRule[] = [network.environmentsDoNotOverlap];
