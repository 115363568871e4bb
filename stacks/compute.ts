import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { hasInstances, resourcePrefix } from "../config/derive";
import type { Environment } from "../config/schema";
import { ApplicationLoadBalancer } from "../modules/compute/application-load-balancer";
import { ApplicationTask, containerName } from "../modules/compute/application-task";
import { AwsApiEgress } from "../modules/compute/aws-api-egress";
import { BuiltImage } from "../modules/compute/built-image";
import { capacityProviderStrategy } from "../modules/compute/capacity-provider-strategy";
import { ClientAccess } from "../modules/compute/client-access";
import { Cluster } from "../modules/compute/cluster";
import { DataLoadTask } from "../modules/compute/data-load-task";
import { taskDatabase } from "../modules/compute/database-settings";
import { Ec2Capacity } from "../modules/compute/ec2-capacity";
import { Repository } from "../modules/compute/repository";
import { Service } from "../modules/compute/service";
import { nfsPort } from "../modules/data/file-system";
import type { Network } from "../modules/network/network";
import { PatternStack } from "./base";
import type { DataStack } from "./data";

export interface ComputeStackProps {
  readonly environment: Environment;
  readonly network: Network;
  readonly data: DataStack;
}

export class ComputeStack extends PatternStack {
  readonly repository: Repository;
  /** Only where the image is built here. */
  readonly builtImage?: BuiltImage;
  readonly cluster: Cluster;
  /** Only with launch type EC2. */
  readonly ec2Capacity?: Ec2Capacity;
  readonly tasksSecurityGroup: SecurityGroup;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly task: ApplicationTask;
  readonly service: Service;
  readonly dataLoad: DataLoadTask;

  constructor(scope: Construct, { data, environment, network }: ComputeStackProps) {
    super(scope, "compute", environment);
    const { application, compute, observability, region } = environment;
    const { logRetentionDays } = observability;
    const prefix = resourcePrefix(environment);
    const kmsKeyArn = data.key.key.arn;
    const subnetIds = network.privateSubnets.map(({ id }) => id);
    const database = taskDatabase(data.database, data.credentials);

    this.repository = new Repository(this, "repository", { name: `${prefix}-app`, kmsKeyArn, ...compute.repository });
    const { build, uri } = application.image;
    if (build) {
      this.builtImage = new BuiltImage(this, "image", {
        options: build,
        cpuArchitecture: compute.cpuArchitecture,
        region,
        repository: this.repository.repository,
      });
    }
    const image = this.builtImage
      ? { uri: this.builtImage.uri, repositoryArn: this.repository.repository.arn }
      : foreignImage(uri, this);

    this.cluster = new Cluster(this, "cluster", { name: prefix, kmsKeyArn, logRetentionDays });
    if (hasInstances(compute)) {
      this.ec2Capacity = new Ec2Capacity(this, "ec2-capacity", {
        prefix,
        options: compute.ec2,
        cpuArchitecture: compute.cpuArchitecture,
        network,
        cluster: this.cluster.cluster,
        kmsKeyArn,
        forceDelete: environment.stage !== "production",
        tags: this.defaultTags,
      });
    }
    const strategy = capacityProviderStrategy(compute, this.ec2Capacity?.capacityProvider.name);
    const capacityProviders = new EcsClusterCapacityProviders(this, "capacity-providers", {
      clusterName: this.cluster.cluster.name,
      capacityProviders: [...(this.ec2Capacity ? [this.ec2Capacity.capacityProvider.name] : []), ...FARGATE_PROVIDERS],
      defaultCapacityProviderStrategy: strategy,
    });

    this.tasksSecurityGroup = new SecurityGroup(this, "tasks-security-group", {
      name: `${prefix}-tasks`,
      description: "Tasks: container port from the ALB; database, file system and AWS services out",
      vpcId: network.vpc.id,
      tags: { Name: `${prefix}-tasks` },
    });
    new AwsApiEgress(this, "tasks-aws-api-egress", { network, securityGroup: this.tasksSecurityGroup });
    new ClientAccess(this, "tasks-to-database", {
      client: this.tasksSecurityGroup,
      server: data.database.securityGroup,
      port: data.database.port,
      description: "PostgreSQL from the tasks to the database",
    });
    new ClientAccess(this, "tasks-to-file-system", {
      client: this.tasksSecurityGroup,
      server: data.fileSystem.securityGroup,
      port: nfsPort,
      description: "NFS from the tasks to the file system",
    });

    this.loadBalancer = new ApplicationLoadBalancer(this, "load-balancer", {
      prefix,
      region,
      options: compute.loadBalancer,
      ipAddressType: environment.network.ipAddressType,
      network,
      tasksSecurityGroup: this.tasksSecurityGroup,
      containerPort: application.containerPort,
      healthCheckPath: application.healthCheckPath,
    });
    this.task = new ApplicationTask(this, "application-task", {
      prefix,
      region,
      application,
      compute,
      imageUri: image.uri,
      repositoryArn: image.repositoryArn,
      kmsKeyArn,
      database,
      fileSystem: data.fileSystem,
      staticAssets: data.staticAssets,
      logRetentionDays,
    });
    this.service = new Service(this, "service", {
      prefix,
      application,
      launchType: compute.launchType,
      cluster: this.cluster.cluster,
      task: this.task,
      capacityProviderStrategy: strategy,
      loadBalancer: this.loadBalancer,
      subnetIds,
      securityGroup: this.tasksSecurityGroup,
      dependsOn: [capacityProviders],
    });

    this.dataLoad = new DataLoadTask(this, "data-load", {
      prefix,
      region,
      compute,
      command: application.dataLoadCommand,
      imageUri: image.uri,
      repositoryArn: image.repositoryArn,
      kmsKeyArn,
      database,
      network,
      logRetentionDays,
    });
    new ClientAccess(this, "data-load-to-database", {
      client: this.dataLoad.securityGroup,
      server: data.database.securityGroup,
      port: data.database.port,
      description: "PostgreSQL from the data load to the database",
    });

    new TerraformOutput(this, "repositoryUrl", { staticId: true, value: this.repository.repository.repositoryUrl });
    new TerraformOutput(this, "clusterName", { staticId: true, value: this.cluster.cluster.name });
    new TerraformOutput(this, "serviceName", { staticId: true, value: this.service.service.name });
    new TerraformOutput(this, "loadBalancerDnsName", { staticId: true, value: this.loadBalancer.loadBalancer.dnsName });
    new TerraformOutput(this, "dataLoad", {
      staticId: true,
      description: "What `npm run load-data` needs to run the task",
      value: {
        clusterArn: this.cluster.cluster.arn,
        taskDefinitionArn: this.dataLoad.taskDefinition.arn,
        capacityProvider: strategy[0]?.capacityProvider,
        subnetIds,
        securityGroupIds: [this.dataLoad.securityGroup.id],
        logGroupName: this.dataLoad.logGroup.name,
        logStreamPrefix: "task",
        containerName,
      },
    });
  }
}

/** Cost nothing while they are idle; a service can only move to a provider that its cluster has. */
const FARGATE_PROVIDERS = ["FARGATE", "FARGATE_SPOT"];

/** An image that something else has built, and where ECR holds it, its repository. */
function foreignImage(uri: string | undefined, stack: ComputeStack): { uri: string; repositoryArn?: string } {
  if (!uri) throw new Error(`${stack.node.id}: application.image needs build or uri`);
  const ecr = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/.exec(uri);
  if (!ecr) return { uri };
  const [, account, region, name] = ecr;
  const partition = new DataAwsPartition(stack, "partition", {}).partition;
  return { uri, repositoryArn: `arn:${partition}:ecr:${region}:${account}:repository/${name}` };
}
