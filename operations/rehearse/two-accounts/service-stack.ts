import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../../../config/schema";
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
    const outputs = serviceOutputs({
      environment,
      networkLoadBalancer,
      endpointService,
      availabilityZoneIds,
    });
    for (const [name, output] of Object.entries(outputs))
      new TerraformOutput(this, name, { staticId: true, ...output });
  }
}
