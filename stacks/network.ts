import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/schema";
import { Network } from "../modules/network/network";
import { PatternStack } from "./base";

export class NetworkStack extends PatternStack {
  readonly network: Network;

  constructor(scope: Construct, { environment }: { readonly environment: Environment }) {
    super(scope, "network", environment);
    this.network = new Network(this, "network", { environment });

    new TerraformOutput(this, "vpcId", { staticId: true, value: this.network.vpc.id });
    new TerraformOutput(this, "availabilityZoneIds", { staticId: true, value: this.network.availabilityZoneIds });
    new TerraformOutput(this, "privateSubnetIds", {
      staticId: true,
      value: this.network.privateSubnets.map(({ id }) => id),
    });
  }
}
