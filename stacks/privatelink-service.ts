import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { resourcePrefix } from "../config/derive";
import { webAclName } from "../config/request-limits";
import type { Environment } from "../config/schema";
import { watchedConsumers } from "../config/service-consumers";
import type { EnvironmentNetwork } from "../modules/network/environment-network";
import { Alarms } from "../modules/observability/alarms";
import { Dashboard } from "../modules/observability/dashboard";
import type { MonitoredResources } from "../modules/observability/monitor";
import { monitors as monitorsOf } from "../modules/observability/monitors";
import { NotificationTopic } from "../modules/observability/notification-topic";
import { AlbIpSync } from "../modules/privatelink/alb-ip-sync";
import { ConnectionNotifications } from "../modules/privatelink/connection-notifications";
import { ConsumerConnections } from "../modules/privatelink/consumer-connections";
import { EndpointService } from "../modules/privatelink/endpoint-service";
import { NetworkLoadBalancer } from "../modules/privatelink/network-load-balancer";
import { serviceOutputs } from "../modules/privatelink/service-outputs";
import { PatternStack } from "./base";
import type { ComputeStack } from "./compute";
import type { DataStack } from "./data";

export interface PrivatelinkServiceStackProps {
  readonly environment: Environment;
  readonly network: EnvironmentNetwork;
  readonly data: DataStack;
  readonly compute: ComputeStack;
}

export class PrivatelinkServiceStack extends PatternStack {
  readonly networkLoadBalancer: NetworkLoadBalancer;
  /** Only in `ip-sync` mode. */
  readonly albIpSync?: AlbIpSync;
  readonly endpointService: EndpointService;
  readonly topic: NotificationTopic;
  /** Only where connection events are wanted. */
  readonly connectionNotifications?: ConnectionNotifications;
  /** Only where a consumer is accepted automatically, has a last day, or is expected to be connected. */
  readonly consumerConnections?: ConsumerConnections;
  readonly alarms: Alarms;
  readonly dashboard?: Dashboard;
  readonly region: string;
  /** TCP ports of the service. */
  readonly ports: readonly number[];

  constructor(scope: Construct, props: PrivatelinkServiceStackProps) {
    const { compute, data, environment, network } = props;
    super(scope, "privatelink-service", environment);
    const { observability, privatelink, region } = environment;
    const prefix = resourcePrefix(environment);
    const vpcId = network.vpcId;
    const subnetIds = network.privateSubnetIds;
    const alb = compute.loadBalancer;

    this.networkLoadBalancer = new NetworkLoadBalancer(this, "network-load-balancer", {
      environment,
      vpcId,
      subnetIds,
      albArn: alb.loadBalancer.arn,
      albSecurityGroupId: alb.securityGroup.id,
    });
    if (privatelink.albTargetMode === "ip-sync") {
      this.albIpSync = this.syncFunction(props);
      this.networkLoadBalancer.awaitTargets(this.albIpSync.fills);
    }
    this.endpointService = new EndpointService(this, "endpoint-service", {
      environment,
      networkLoadBalancerArn: this.networkLoadBalancer.loadBalancer.arn,
      availabilityZoneIds: network.availabilityZoneIds,
    });

    this.topic = new NotificationTopic(this, "notifications", {
      prefix,
      emails: observability.alarmEmails,
      keyDeletionWindowDays: environment.data.kms.deletionWindowDays,
    });
    if (privatelink.connectionEvents.length > 0) {
      this.connectionNotifications = new ConnectionNotifications(this, "connection-notifications", {
        serviceId: this.endpointService.service.id,
        topic: this.topic,
        events: privatelink.connectionEvents,
      });
    }
    if (watchedConsumers(privatelink).length > 0) {
      this.consumerConnections = new ConsumerConnections(this, "consumer-connections", {
        environment,
        service: this.endpointService.service,
        topicArn: this.topic.topic.arn,
        kmsKeyArn: data.kmsKeyArn,
      });
    }
    const monitors = monitorsOf(environment, this.monitored(props));
    this.alarms = new Alarms(this, "alarms", { environment, monitors, topicArn: this.topic.topic.arn });
    if (observability.dashboard) {
      this.dashboard = new Dashboard(this, "dashboard", { environment, monitors });
    }

    this.region = region;
    this.ports = this.networkLoadBalancer.listeners.map(({ port }) => port);
    const outputs = {
      ...serviceOutputs({
        environment,
        networkLoadBalancer: this.networkLoadBalancer,
        endpointService: this.endpointService,
        availabilityZoneIds: network.availabilityZoneIds,
      }),
      notificationTopicArn: { value: this.topic.topic.arn, description: "Topic of alarms and connection events" },
    };
    for (const [name, output] of Object.entries(outputs))
      new TerraformOutput(this, name, { staticId: true, ...output });
  }

  /** The function that keeps the ALB's addresses as the NLB's targets. */
  private syncFunction({ compute, data, environment, network }: PrivatelinkServiceStackProps): AlbIpSync {
    const { observability, privatelink } = environment;
    const { privateSubnetIds: subnetIds, vpcId } = network;
    const alb = compute.loadBalancer;
    const { insideVpc, ...sync } = privatelink.sync;
    return new AlbIpSync(this, "alb-ip-sync", {
      prefix: resourcePrefix(environment),
      loadBalancer: {
        arnSuffix: alb.loadBalancer.arnSuffix,
        dnsName: alb.loadBalancer.dnsName,
        subnetIds,
        subnetCidrs: network.privateSubnetCidrs,
      },
      mappings: this.networkLoadBalancer.listeners.map(({ albListenerPort, port, targetGroup }) => ({
        id: String(port),
        listenerPort: albListenerPort,
        targetGroupArn: targetGroup.arn,
      })),
      ...sync,
      ...(insideVpc && { insideVpc: { vpcId, subnetIds } }),
      logRetentionDays: observability.logRetentionDays,
      kmsKeyArn: data.kmsKeyArn,
    });
  }

  /** What alarms and dashboard look at. */
  private monitored({ compute, data, environment, network }: PrivatelinkServiceStackProps): MonitoredResources {
    const alb = compute.loadBalancer;
    return {
      availabilityZones: network.availabilityZones,
      endpointServiceId: this.endpointService.service.id,
      nlbArnSuffix: this.networkLoadBalancer.loadBalancer.arnSuffix,
      nlbTargetGroups: this.networkLoadBalancer.listeners.map(({ port, targetGroup }) => ({
        port,
        arnSuffix: targetGroup.arnSuffix,
      })),
      albArnSuffix: alb.loadBalancer.arnSuffix,
      albTargetGroupArnSuffix: alb.targetGroup.arnSuffix,
      clusterName: compute.cluster.cluster.name,
      serviceName: compute.service.service.name,
      capacityProviderName: compute.ec2Capacity?.capacityProviderName,
      services: compute.services.map(({ name, service, targetGroup }) => ({
        name,
        serviceName: service.service.name,
        targetGroupArnSuffix: targetGroup.arnSuffix,
      })),
      workers: compute.workers.map(({ deadLetterQueueName, name, queue, service }) => ({
        name,
        serviceName: service.service.name,
        queueName: queue.name,
        deadLetterQueueName,
      })),
      ...scheduled(compute),
      databaseIdentifier: data.database?.instance.identifier,
      databaseClusterIdentifier: data.aurora?.cluster.clusterIdentifier,
      fileSystemId: data.fileSystem?.fileSystem.id,
      backupVaultName: data.backup?.vault.name,
      connectionsFunctionName: this.consumerConnections?.function.functionName,
      webAclName: compute.requestLimits && webAclName(resourcePrefix(environment)),
      syncFunctionName: this.albIpSync?.function.functionName,
    };
  }
}

/** Jobs that run by schedule, as CloudWatch knows them. */
const scheduled = ({ jobs, schedules }: ComputeStack) => ({
  jobs: jobs.flatMap(({ name, runs }) => (runs ? [{ name, stateMachineArn: runs.stateMachine.arn }] : [])),
  scheduleGroupName: schedules?.name,
});
