import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/schema";
import { CreatedNetwork } from "../modules/network/created-network";
import type { EnvironmentNetwork } from "../modules/network/environment-network";
import { ExistingNetwork } from "../modules/network/existing-network";
import { PatternStack } from "./base";

export class NetworkStack extends PatternStack {
  /** The VPC that is created, or the one that exists. */
  readonly network: EnvironmentNetwork;

  constructor(scope: Construct, { environment }: { readonly environment: Environment }) {
    super(scope, "network", environment);
    this.network = environment.network.existing
      ? new ExistingNetwork(this, "network", { environment })
      : new CreatedNetwork(this, "network", { environment });

    new TerraformOutput(this, "vpcId", { staticId: true, value: this.network.vpcId });
    new TerraformOutput(this, "availabilityZoneIds", { staticId: true, value: this.network.availabilityZoneIds });
    new TerraformOutput(this, "privateSubnetIds", {
      staticId: true,
      value: this.network.privateSubnetIds,
    });
  }
}
