import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Construct } from "constructs";
import type { ProcessOptions } from "../../config/schema/container";
import type { EnvironmentNetwork } from "../network/environment-network";
import { AwsApiEgress } from "./aws-api-egress";
import type { ContainerImage } from "./container-image";
import { containerName, Task, type TaskEnvironment } from "./task";
import type { TaskPart } from "./task-parts";

export interface DataLoadTaskProps extends TaskEnvironment {
  readonly prefix: string;
  /** What the container runs. */
  readonly command: readonly string[];
  /** User and file systems, those of the application. */
  readonly process: ProcessOptions;
  /** Additional environment variables, those of the application. */
  readonly environment: Readonly<Record<string, string>>;
  readonly image: ContainerImage;
  /** The database. */
  readonly parts: readonly TaskPart[];
  readonly network: EnvironmentNetwork;
}

/**
 * One-off task that migrates the database and loads seed data: the application's image with another command. It reaches
 * the database and nothing else, and its own role allows nothing.
 */
export class DataLoadTask extends Task {
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: DataLoadTaskProps) {
    const { command, environment, image, network, parts, prefix, process } = props;
    const name = `${prefix}-data-load`;
    super(scope, id, {
      ...props,
      family: name,
      logGroupName: `/${prefix}/data-load`,
      cpu: 256,
      memoryMib: 512,
      containers: [
        {
          name: containerName,
          image,
          process,
          command: { command: [...command] },
          parts,
          environment,
        },
      ],
    });
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "Data load: nothing in, database and AWS services out",
      vpcId: network.vpcId,
      tags: { Name: name },
    });
    // On EC2 the instance's agents fetch image and secret and write the log; on Fargate that takes the task's interface.
    if (props.launchType === "FARGATE") {
      new AwsApiEgress(this, "aws-api-egress", { network, securityGroup: this.securityGroup });
    }
  }
}
