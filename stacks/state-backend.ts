import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { preventDestroy, stateBucket } from "../config/derive";
import type { Environment } from "../config/schema";
import { StateBucket } from "../modules/state/state-bucket";
import { PatternStack } from "./base";

/** The bucket that the other stacks keep their state in, and this stack too once `npx ecs-privatelink bootstrap` has moved it. */
export class StateBackendStack extends PatternStack {
  readonly stateBucket: StateBucket;

  constructor(scope: Construct, { environment }: { readonly environment: Environment }) {
    super(scope, "state-backend", environment);
    const name = stateBucket(environment);
    if (!name) throw new Error(`${this.node.id}: the s3 backend needs backend.s3.bucket or accountId`);
    this.stateBucket = new StateBucket(this, "state-bucket", {
      name,
      forceDestroy: environment.backend.s3.forceDestroy,
      preventDestroy: preventDestroy(environment),
    });

    new TerraformOutput(this, "bucket", { staticId: true, value: this.stateBucket.bucket.bucket.id });
  }
}
