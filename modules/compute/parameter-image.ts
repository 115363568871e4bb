import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";

/**
 * The image that a pipeline has written to an SSM parameter, by digest. It is read at plan, so that a plan shows which image
 * an apply rolls out, and any other value fails the plan.
 */
export class ParameterImage extends Construct {
  /** The image by digest. */
  readonly uri: string;

  constructor(
    scope: Construct,
    id: string,
    { name, repository }: NonNullable<Environment["application"]["image"]["parameter"]>,
  ) {
    super(scope, id);
    const parameter = new DataAwsSsmParameter(this, "parameter", {
      name,
      withDecryption: false,
      lifecycle: {
        postcondition: [
          {
            // A SecureString has no insecure value.
            condition: `\${can(regex("^sha256:[0-9a-f]{64}$", trimprefix(self.insecure_value, "${repository}@")))}`,
            errorMessage: `The SSM parameter ${name} holds no image as it should: ${repository}@sha256:<64 hex digits>, as type String. Let the pipeline write that, or correct image.parameter in the environment's file`,
          },
        ],
      },
    });
    // The other attribute is sensitive, and would hide the whole task definition in plans.
    this.uri = parameter.insecureValue;
  }
}
