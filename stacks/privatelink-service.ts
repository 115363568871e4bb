import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { resourcePrefix } from "../config/derive";
import type { Environment } from "../config/schema";
import type { Network } from "../modules/network/network";
import { Alarms } from "../modules/observability/alarms";
import { Dashboard } from "../modules/observability/dashboard";
import { NotificationTopic } from "../modules/observability/notification-topic";
import { watches } from "../modules/observability/watches";
import { AlbIpSync } from "../modules/privatelink/alb-ip-sync";
import { ConnectionNotifications } from "../modules/privatelink/connection-notifications";
import { EndpointService } from "../modules/privatelink/endpoint-service";
import { NetworkLoadBalancer } from "../modules/privatelink/network-load-balancer";
import { serviceOutputs } from "../modules/privatelink/service-outputs";
import { PatternStack } from "./base";
import type { ComputeStack } from "./compute";
import type { DataStack } from "./data";

export interface PrivatelinkServiceStackProps {
  readonly environment: Environment;
  readonly network: Network;
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
  readonly alarms: Alarms;
  readonly dashboard?: Dashboard;
  readonly region: string;
  /** TCP ports of the service. */
  readonly ports: readonly number[];

  constructor(scope: Construct, { compute, data, environment, network }: PrivatelinkServiceStackProps) {
    super(scope, "privatelink-service", environment);
    const { observability, privatelink, region } = environment;
    const prefix = resourcePrefix(environment);
    const vpcId = network.vpc.id;
    const subnetIds = network.privateSubnets.map(({ id }) => id);
    const alb = compute.loadBalancer;

    this.networkLoadBalancer = new NetworkLoadBalancer(this, "network-load-balancer", {
      environment,
      vpcId,
      subnetIds,
      albArn: alb.loadBalancer.arn,
      albSecurityGroupId: alb.securityGroup.id,
    });
    if (privatelink.albTargetMode === "ip-sync") {
      const { insideVpc, ...sync } = privatelink.sync;
      this.albIpSync = new AlbIpSync(this, "alb-ip-sync", {
        prefix,
        loadBalancer: {
          arnSuffix: alb.loadBalancer.arnSuffix,
          dnsName: alb.loadBalancer.dnsName,
          subnetIds,
          subnetCidrs: network.subnetBlocks.map((zone) => zone.private),
        },
        mappings: this.networkLoadBalancer.listeners.map(({ albListenerPort, targetGroup }) => ({
          listenerPort: albListenerPort,
          targetGroupArn: targetGroup.arn,
        })),
        ...sync,
        ...(insideVpc && { insideVpc: { vpcId, subnetIds } }),
        logRetentionDays: observability.logRetentionDays,
        kmsKeyArn: data.key.key.arn,
      });
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
    const watched = watches(environment, {
      availabilityZones: network.privateSubnets.map((subnet) => subnet.availabilityZone),
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
      databaseIdentifier: data.database.instance.identifier,
      fileSystemId: data.fileSystem.fileSystem.id,
      backupVaultName: data.backup?.vault.name,
      syncFunctionName: this.albIpSync?.function.functionName,
    });
    this.alarms = new Alarms(this, "alarms", { environment, watches: watched, topicArn: this.topic.topic.arn });
    if (observability.dashboard) {
      this.dashboard = new Dashboard(this, "dashboard", { environment, watches: watched });
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
}
