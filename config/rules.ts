/**
 * Rules across options: what no single option can know, refused before Terraform or AWS would. Each is a pure function
 * with its reason, named after what holds when it is content.
 */
import * as account from "./rules/account";
import * as application from "./rules/application";
import * as backend from "./rules/backend";
import * as compute from "./rules/compute";
import * as consumer from "./rules/consumer";
import * as data from "./rules/data";
import * as existingNetwork from "./rules/existing-network";
import * as iam from "./rules/iam";
import * as image from "./rules/image";
import * as link from "./rules/link";
import * as mutualTls from "./rules/mutual-tls";
import * as naming from "./rules/naming";
import * as network from "./rules/network";
import * as permissions from "./rules/permissions";
import * as privatelink from "./rules/privatelink";
import * as production from "./rules/production";
import * as quotas from "./rules/quotas";
import * as requestLimits from "./rules/request-limits";
import type { ConfigurationRule, ConsumerRule, EnvironmentRule, LinkRule } from "./rules/rule";
import * as schedules from "./rules/schedules";
import * as secrets from "./rules/secrets";
import * as serviceConsumers from "./rules/service-consumers";
import * as sidecars from "./rules/sidecars";
import * as targets from "./rules/targets";
import * as together from "./rules/together";
import * as unused from "./rules/unused";
import * as workloads from "./rules/workloads";

/** Rules over one environment. */
export const environmentRules: readonly EnvironmentRule[] = [
  naming.namesAreShortEnough,
  naming.namesAreThoseThatAwsTakes,
  naming.environmentTagsStandBesideOwn,
  naming.tagsAreThoseThatServicesTake,
  naming.variablesStandBesideOwn,
  iam.environmentBoundaryIsTheAccounts,
  iam.environmentHasTheRequiredTags,
  backend.environmentBackendIsComplete,
  backend.remoteRunsBuildNoImage,
  existingNetwork.networkHasOneOrigin,
  existingNetwork.existingSubnetsAreChosenOnce,
  existingNetwork.existingSubnetsCoverTheZones,
  existingNetwork.providedServicesAreKnown,
  existingNetwork.gatewayEndpointsHaveRouteTables,
  network.vpcBlockIsUsable,
  network.vpcBlockIsNotDockers,
  network.subnetsFitIntoVpc,
  network.privateSubnetsHoldALoadBalancer,
  network.privateSubnetsHoldAllTasks,
  network.regionHasTheZones,
  network.zoneIdsMatchZoneCount,
  network.zoneIdsBelongToRegion,
  network.zonesCarryThePattern,
  network.s3IsReachedThroughItsGateway,
  network.additionalEndpointsAreLastParts,
  network.imageIsReachableWithoutNat,
  data.keyIsTheEnvironments,
  data.existingPartsAreDescribed,
  data.usedPartsAreThere,
  data.existingDatabaseIsNamedOnce,
  data.existingPartsAreInAnExistingVpc,
  data.existingPartsAreTheEnvironments,
  data.databaseWindowsAreLongEnough,
  data.databaseWindowsDoNotOverlap,
  data.databaseNamesAreNotReserved,
  data.databaseVersionIsTheEngines,
  data.extendedSupportIsChosen,
  data.mysqlUserNameIsShortEnough,
  data.classHasPerformanceInsights,
  data.classRunsTheEngine,
  data.databaseClassExists,
  data.auroraCapacityIsInOrder,
  data.auroraVersionHasTheCapacity,
  data.databaseStorageCanGrow,
  data.freeStorageAlarmCanEnd,
  application.healthCheckCommandIsRunnable,
  application.taskDefinitionIsSmallEnough,
  secrets.secretsHaveOneOrigin,
  secrets.secretsAreInTheRegion,
  secrets.foreignSecretsHaveAKey,
  secrets.variablesHoldNoSecrets,
  sidecars.sidecarsAreFewAndNamedApart,
  sidecars.sidecarsLeaveRoomForTheApplication,
  sidecars.sidecarsStartInOrder,
  sidecars.portsOfATaskAreUnique,
  sidecars.sidecarImagesAreReachableWithoutNat,
  sidecars.tasksHaveOneLogRouter,
  sidecars.sidecarVariablesAreApart,
  permissions.permissionsAreComplete,
  permissions.grantsHaveTheirResource,
  permissions.permissionsNameWhatTheyAllow,
  permissions.permissionsFitIntoAPolicy,
  permissions.secretsFitIntoAPolicy,
  application.ulimitsAreThoseOfTheHost,
  application.writableFoldersStandApart,
  application.databaseTakesAllConnections,
  application.databaseAuthorityIsKnown,
  image.imageHasOneOrigin,
  image.pipelinesBringTheirOwnImage,
  image.credentialsAreForOtherRegistries,
  image.credentialsAreInReach,
  image.cachesArePulledThrough,
  compute.taskLimitsAreInOrder,
  compute.instanceLimitsAreInOrder,
  compute.fargateRunsTasksOfThisSize,
  compute.instancesHoldTheTasks,
  compute.instancesHaveTheArchitecture,
  compute.instancesStartTheAmi,
  compute.instanceTypeExists,
  workloads.workloadImagesHaveOneOrigin,
  workloads.workloadsHaveTheirCapacity,
  workloads.servicesAreChosenByConditions,
  workloads.conditionsHaveFewWildcards,
  workloads.theApplicationGetsTheRest,
  workloads.prioritiesAreUnique,
  workloads.servicesAreBehindListeners,
  workloads.serviceLimitsAreInOrder,
  workloads.queuesHaveOneOrigin,
  workloads.existingQueuesAreTheEnvironments,
  workloads.messagesStayHiddenWhileWorkedOn,
  workloads.workerLimitsAreInOrder,
  workloads.latencyCanBeKept,
  workloads.sendersAreKnown,
  schedules.schedulesAreThoseThatAwsTakes,
  schedules.timeZonesExist,
  schedules.runsEndBeforeTheNext,
  schedules.scheduledBoundsAreInOrder,
  compute.listenerPortsAreUnique,
  compute.certificatesAreTheEnvironmentsOwn,
  targets.newerProtocolsComeOverTls,
  targets.newerProtocolsAreCheckedByTcp,
  targets.newerProtocolsPassTheNlb,
  mutualTls.clientCasAreChosenOnce,
  mutualTls.clientCertificatesReachTheAlb,
  mutualTls.mutualTlsIsCheckedByTcp,
  requestLimits.limitsKnowTheirConsumer,
  requestLimits.limitedSubjectsAreVerified,
  requestLimits.forgeableLimitsAreAcknowledged,
  requestLimits.limitsAreNotByAddress,
  requestLimits.limitedConsumersAreToldApart,
  requestLimits.limitsHaveOneWebAcl,
  requestLimits.webAclIsTheEnvironments,
  requestLimits.limitsFitIntoAWebAcl,
  privatelink.enforcementKnowsItsClients,
  privatelink.consumerRangesExcludeSomebody,
  privatelink.consumerRangesAreOfTheServicesFamily,
  privatelink.listenersLeadToTheAlb,
  privatelink.albTargetPassesTlsThrough,
  privatelink.albTargetIsCheckedByHttp,
  privatelink.healthCheckSpeaksTheListenersProtocol,
  privatelink.albReceivesNoProxyProtocol,
  privatelink.privateDnsNameCanBeVerified,
  privatelink.privateDnsNameIsNotOfAws,
  privatelink.everybodyIsNotLetIn,
  privatelink.principalsAreThoseThatAwsDocuments,
  privatelink.principalsAreOfThePartition,
  privatelink.supportedRegionsAreOthers,
  privatelink.supportedRegionsKeepTheIdleTimeout,
  privatelink.supportedRegionsReachEveryZone,
  privatelink.idleTimeoutIsWithinTheEndpoints,
  serviceConsumers.consumersHaveTheirOwnPrincipals,
  serviceConsumers.sharedPrincipalsAreOfConsumers,
  serviceConsumers.watchedConsumersHaveTheirOwnAccounts,
  serviceConsumers.consumersAreInZonesOfTheService,
  serviceConsumers.consumerNamesAreTheirOwn,
  serviceConsumers.consumerEntriesHaveAnEffect,
  quotas.environmentStaysInQuotas,
  quotas.syncFunctionKnowsItsListeners,
  quotas.connectionsFunctionKnowsItsConsumers,
  production.productionHasAStandbyDatabase,
  production.productionIsProtectedFromDeletion,
  production.productionHasNoSinglePointOfFailure,
  production.productionEncryptsTraffic,
  production.productionAlarmsReachSomebody,
  production.exceptionsAreNeeded,
  unused.environmentOptionsHaveAnEffect,
];

/** Rules over one consumer. */
export const consumerRules: readonly ConsumerRule[] = [
  naming.consumerNamesAreThoseThatAwsTakes,
  naming.consumerTagsStandBesideOwn,
  iam.consumerBoundaryIsTheAccounts,
  iam.consumerHasTheRequiredTags,
  backend.consumerBackendIsComplete,
  consumer.serviceIsNamedOnce,
  consumer.serviceNameIsOfItsRegion,
  consumer.serviceIsInThePartition,
  consumer.vpcIsChosenOnce,
  consumer.tagsSingleSomethingOut,
  consumer.subnetsOfAnExistingVpcAreChosen,
  consumer.consumerZonesBelongToTheirRegion,
  consumer.consumerZonesTakePartInCrossRegionAccess,
  consumer.consumerZonesAreTheServices,
  consumer.createdVpcBlockIsUsable,
  consumer.clientsAreNamed,
  consumer.clientRangesExcludeSomebody,
  consumer.clientRangesAreOfTheEndpointsFamily,
  consumer.createdVpcHasIpv4Alone,
  consumer.hostedZoneHasAName,
  consumer.hostedZoneIsNotOfAws,
  consumer.furtherVpcsAreOthers,
  quotas.consumerStaysInQuotas,
  unused.consumerOptionsHaveAnEffect,
];

/** Rules over a consumer and the environment that it names. */
export const linkRules: readonly LinkRule[] = [
  link.linkedServiceIsInItsRegion,
  link.linkedServiceSupportsTheRegion,
  link.linkedServiceHasTheZones,
  link.linkedServiceIsReachedFromItsZones,
  link.linkedServiceIsInTheSameAccount,
  link.linkedServiceListensOnThePorts,
  link.linkedServiceHasTheAddressFamily,
  link.linkedConsumersAreInConsumerCidrs,
  link.linkedServiceHasAPrivateDnsName,
  link.linkedServiceAllowsTheAccount,
  backend.localStateIsReadLocally,
];

/** Rules over everything that is loaded. */
export const configurationRules: readonly ConfigurationRule[] = [
  network.environmentsDoNotOverlap,
  account.namesDoNotBeginAnothers,
  existingNetwork.environmentsShareEndpoints,
  iam.accountsDemandTheSameTags,
  naming.namesAreUnique,
  quotas.filesStayInQuotas,
  together.vpcsHaveEachNameOnce,
  together.endpointsAreAcceptedByOneService,
  together.statesAreApart,
];
