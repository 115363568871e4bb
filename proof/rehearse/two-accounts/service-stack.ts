import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { resourcePrefix } from "../../../config/derive";
import type { Environment } from "../../../config/schema";
import { watchedConsumers } from "../../../config/service-consumers";
import { EncryptionKey } from "../../../modules/data/encryption-key";
import { NotificationTopic } from "../../../modules/observability/notification-topic";
import { ConnectionNotifications } from "../../../modules/privatelink/connection-notifications";
import { ConsumerConnections } from "../../../modules/privatelink/consumer-connections";
import { EndpointService } from "../../../modules/privatelink/endpoint-service";
import { NetworkLoadBalancer } from "../../../modules/privatelink/network-load-balancer";
import { serviceOutputs } from "../../../modules/privatelink/service-outputs";
import { PatternStack } from "../../../stacks/base";

/** The NLB and endpoint service of an environment, as its own stack makes them, without the application behind. */
export class ServiceStack extends PatternStack {
  constructor(scope: Construct, { environment }: { readonly environment: Environment }) {
    super(scope, "privatelink-service", environment);
    const { region } = environment;
    const vpc = new Vpc(this, "vpc", { cidrBlock: "10.92.0.0/24" });
    const subnets = ["a", "b"].map(
      (zone, index) =>
        new Subnet(this, `subnet-${zone}`, {
          vpcId: vpc.id,
          availabilityZone: `${region}${zone}`,
          cidrBlock: `10.92.0.${index * 64}/26`,
        }),
    );
    const alb = new SecurityGroup(this, "alb-security-group", { name: "alb-that-is-not-there", vpcId: vpc.id });
    const networkLoadBalancer = new NetworkLoadBalancer(this, "network-load-balancer", {
      environment,
      vpcId: vpc.id,
      subnetIds: subnets.map(({ id }) => id),
      albArn: "arn:aws:elasticloadbalancing:::loadbalancer/app/not/there",
      albSecurityGroupId: alb.id,
    });
    const availabilityZoneIds = subnets.map(({ availabilityZoneId }) => availabilityZoneId);
    const endpointService = new EndpointService(this, "endpoint-service", {
      environment,
      networkLoadBalancerArn: networkLoadBalancer.loadBalancer.arn,
      availabilityZoneIds,
    });
    if (watchedConsumers(environment.privatelink).length > 0) this.acceptByRule(environment, endpointService);
    const outputs = serviceOutputs({
      environment,
      networkLoadBalancer,
      endpointService,
      availabilityZoneIds,
    });
    for (const [name, output] of Object.entries(outputs))
      new TerraformOutput(this, name, { staticId: true, ...output });
  }
  /** The function that accepts endpoints, and all that it needs of the environment's other stacks. */
  private acceptByRule(environment: Environment, { service }: EndpointService): void {
    const prefix = resourcePrefix(environment);
    const { deletionWindowDays } = environment.data.kms;
    const key = new EncryptionKey(this, "encryption-key", { prefix, region: environment.region, deletionWindowDays });
    const topic = new NotificationTopic(this, "notifications", {
      prefix,
      emails: [],
      keyDeletionWindowDays: deletionWindowDays,
    });
    new ConnectionNotifications(this, "connection-notifications", {
      serviceId: service.id,
      topic,
      events: ["Connect"],
    });
    new ConsumerConnections(this, "consumer-connections", {
      environment,
      service,
      topicArn: topic.topic.arn,
      kmsKeyArn: key.key.arn,
    });
  }
}
