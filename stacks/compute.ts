import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import type { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { databaseEngine } from "../config/database-engine";
import {
  allSecrets,
  applicationTargetGroup,
  clientCertificates,
  hasInstances,
  imageAddress,
  preventDestroy,
  resourcePrefix,
  routedTo,
} from "../config/derive";
import { parseEcrImage } from "../config/ecr";
import { grantedServices } from "../config/grants";
import { partition } from "../config/regions";
import { limitedConsumers } from "../config/request-limits";
import type { Environment } from "../config/schema";
import type { PullOptions } from "../config/schema/image";
import type { TaskOptions } from "../config/tasks";
import { launchTypeOf, type Workload, workloadId } from "../config/workloads";
import { ApplicationLoadBalancer } from "../modules/compute/application-load-balancer";
import { ApplicationTask } from "../modules/compute/application-task";
import { AwsApiEgress } from "../modules/compute/aws-api-egress";
import { BuiltImage } from "../modules/compute/built-image";
import { capacityProviderStrategy } from "../modules/compute/capacity-provider-strategy";
import { ClientAccess } from "../modules/compute/client-access";
import { Cluster } from "../modules/compute/cluster";
import type { ContainerImage } from "../modules/compute/container-image";
import { DataLoadTask } from "../modules/compute/data-load-task";
import { DeploymentAlarms } from "../modules/compute/deployment-alarms";
import { Ec2Capacity } from "../modules/compute/ec2-capacity";
import { ParameterImage } from "../modules/compute/parameter-image";
import { Repository } from "../modules/compute/repository";
import { RequestLimits } from "../modules/compute/request-limits";
import { Service } from "../modules/compute/service";
import { sidecarContainers } from "../modules/compute/sidecars";
import {
  readsSecrets,
  usesDatabase,
  usesExecuteCommand,
  usesFileSystem,
  usesSecrets,
  usesStaticAssets,
} from "../modules/compute/task-parts";
import { nfsPort } from "../modules/data/file-system";
import type { EnvironmentNetwork } from "../modules/network/environment-network";
import { ownAccount, ownPartition } from "../modules/own-account";
import type { FurtherService } from "../modules/workloads/further-service";
import type { Job } from "../modules/workloads/job";
import { runOutput } from "../modules/workloads/run-target";
import type { Worker } from "../modules/workloads/worker";
import type { TaskAccess, WorkloadSurroundings } from "../modules/workloads/workload-task";
import { PatternStack } from "./base";
import type { DataStack } from "./data";
import { addJobs, addServices, addWorkers, sendingParts, type WorkloadsProps } from "./workloads";

/** What the tasks of the stack have in common. */
type Surroundings = WorkloadsProps["surroundings"];

export interface ComputeStackProps {
  readonly environment: Environment;
  readonly network: EnvironmentNetwork;
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
  /** Only where a consumer has limits. */
  readonly requestLimits?: RequestLimits;
  readonly task: ApplicationTask;
  readonly service: Service;
  /** Only with a database, created or existing. */
  readonly dataLoad?: DataLoadTask;
  /** Only where a job has a schedule. */
  readonly schedules?: SchedulerScheduleGroup;
  readonly jobs: readonly Job[];
  readonly workers: readonly Worker[];
  /** Beside the application's. */
  readonly services: readonly FurtherService[];

  constructor(scope: Construct, props: ComputeStackProps) {
    const { data, environment, network } = props;
    super(scope, "compute", environment);
    const { compute, observability, region } = environment;
    const { cpuArchitecture, launchType } = compute;
    const { logRetentionDays } = observability;
    const { kmsKeyArn } = data;
    const prefix = resourcePrefix(environment);

    this.repository = new Repository(this, "repository", { name: `${prefix}-app`, kmsKeyArn, ...compute.repository });
    this.builtImage = this.imageBuild(environment);
    const image = this.builtImage
      ? { uri: this.builtImage.uri, repositoryArn: this.repository.repository.arn }
      : this.foreignImage("image", environment.application.image, environment);

    this.cluster = new Cluster(this, "cluster", { name: prefix, kmsKeyArn, logRetentionDays });
    this.ec2Capacity = this.instances(props);
    const placement = (where: typeof launchType) => ({
      launchType: where,
      capacityProviderStrategy: capacityProviderStrategy(where, compute, this.ec2Capacity?.capacityProvider.name),
    });
    const placed = placement(launchType);
    const capacityProviders = new EcsClusterCapacityProviders(this, "capacity-providers", {
      clusterName: this.cluster.cluster.name,
      capacityProviders: [...(this.ec2Capacity ? [this.ec2Capacity.capacityProvider.name] : []), ...FARGATE_PROVIDERS],
      defaultCapacityProviderStrategy: placed.capacityProviderStrategy,
    });
    this.tasksSecurityGroup = new SecurityGroup(this, "tasks-security-group", {
      name: `${prefix}-tasks`,
      description: "Tasks: container port from the ALB; database, file system and AWS services out",
      vpcId: network.vpcId,
      tags: { Name: `${prefix}-tasks` },
    });
    const waysOut = this.waysOut(props);
    this.loadBalancer = this.applicationLoadBalancer(props);
    this.requestLimits = this.webAcl(environment);

    const surroundings = {
      ...placed,
      region,
      cpuArchitecture,
      kmsKeyArn,
      logRetentionDays,
      prefix,
      network,
      usable: usableParts(data.parts, { region }),
      cluster: this.cluster.cluster,
      subnetIds: network.privateSubnetIds,
      dependsOn: [capacityProviders],
    };
    const workloads = {
      environment,
      surroundings,
      placementOf: (workload: Workload) => placement(launchTypeOf(environment, workload)),
      accessOf: ({ options }: Workload) => this.taskAccess(options, environment),
      imageOf: (workload: Workload) =>
        workload.options.image.sameAs
          ? image
          : this.foreignImage(`${workloadId(workload)}-image`, workload.options.image, environment),
    };
    this.workers = addWorkers(this, workloads);
    this.task = this.applicationTask(environment, surroundings, image);
    this.service = this.applicationService(environment, surroundings, waysOut);
    this.dataLoad = this.loadOfData(props, surroundings, image);
    this.services = addServices(this, workloads, this.loadBalancer, this.workers);
    const { jobs, schedules } = addJobs(this, workloads, this.workers);
    this.jobs = jobs;
    this.schedules = schedules;
    this.addOutputs(surroundings);
  }

  private imageBuild({ application, compute, region }: Environment): BuiltImage | undefined {
    const { build } = application.image;
    if (!build) return undefined;
    return new BuiltImage(this, "image", {
      options: build,
      cpuArchitecture: compute.cpuArchitecture,
      region,
      repository: this.repository.repository,
    });
  }

  private instances({ data, environment, network }: ComputeStackProps): Ec2Capacity | undefined {
    const { compute, stage } = environment;
    if (!hasInstances(compute)) return undefined;
    return new Ec2Capacity(this, "ec2-capacity", {
      prefix: resourcePrefix(environment),
      options: compute.ec2,
      cpuArchitecture: compute.cpuArchitecture,
      network,
      cluster: this.cluster.cluster,
      kmsKeyArn: data.kmsKeyArn,
      forceDelete: stage !== "production",
      tags: this.defaultTags,
    });
  }

  /** Rules that let the application's tasks reach AWS and the environment's data. */
  private waysOut({ data, environment, network }: ComputeStackProps): ITerraformDependable[] {
    const { database, fileSystem } = data.parts;
    const toAws = new AwsApiEgress(this, "tasks-aws-api-egress", {
      network,
      securityGroup: this.tasksSecurityGroup,
      dynamodb: grantedServices(environment.application.permissions).includes("dynamodb"),
    });
    const client = this.tasksSecurityGroup;
    const toDatabase =
      database &&
      new ClientAccess(this, "tasks-to-database", {
        client,
        serverGroupId: database.securityGroupId,
        port: database.port,
        description: `${databaseEngine(environment.data.database).title} from the tasks to the database`,
      });
    const toFileSystem =
      fileSystem &&
      new ClientAccess(this, "tasks-to-file-system", {
        client,
        serverGroupId: fileSystem.securityGroupId,
        port: nfsPort,
        description: "NFS from the tasks to the file system",
      });
    return [...toAws.rules, ...(toDatabase?.rules ?? []), ...(toFileSystem?.rules ?? [])];
  }

  private applicationLoadBalancer({ environment, network }: ComputeStackProps): ApplicationLoadBalancer {
    const { application, compute, region } = environment;
    return new ApplicationLoadBalancer(this, "load-balancer", {
      prefix: resourcePrefix(environment),
      region,
      options: compute.loadBalancer,
      ipAddressType: environment.network.ipAddressType,
      network,
      tasksSecurityGroup: this.tasksSecurityGroup,
      containerPort: routedTo(application).port,
      healthCheckPath: application.healthCheckPath,
      targetGroupName: applicationTargetGroup(environment),
      target: application.route,
      preventDestroy: preventDestroy(environment),
    });
  }

  /** Limits of consumers, if there are any, and the ALB's one web ACL: that of the limits, or one that exists. */
  private webAcl(environment: Environment): RequestLimits | undefined {
    const { compute, privatelink } = environment;
    const consumers = limitedConsumers(privatelink);
    const limits =
      consumers.length > 0
        ? new RequestLimits(this, "request-limits", { prefix: resourcePrefix(environment), consumers })
        : undefined;
    const webAclArn = compute.loadBalancer.webAclArn ?? limits?.webAcl.arn;
    // One address for both: AWS lets go of a load balancer's web ACL whichever it is, so an old association that is deleted
    // beside a new one would leave none.
    if (webAclArn) {
      const resourceArn = this.loadBalancer.loadBalancer.arn;
      new Wafv2WebAclAssociation(this, "web-acl-association", { resourceArn, webAclArn });
    }
    return limits;
  }

  private applicationTask(
    environment: Environment,
    surroundings: Surroundings,
    image: ContainerImage,
  ): ApplicationTask {
    const { application, compute } = environment;
    const { kmsKeyArn, usable } = surroundings;
    const granted = this.taskAccess(application, environment);
    return new ApplicationTask(this, "application-task", {
      ...surroundings,
      application,
      idleTimeoutSeconds: compute.loadBalancer.idleTimeoutSeconds,
      mutualTls: clientCertificates(environment),
      image,
      usesDatabase: usable.database !== undefined,
      parts: [
        ...[usable.database, usable.staticAssets, usable.fileSystem].flatMap((used) => used?.part ?? []),
        ...sendingParts(environment, "application", this.workers),
        ...granted.parts,
        ...(application.executeCommand
          ? [usesExecuteCommand(application, { kmsKeyArn, logGroupArn: this.cluster.executeCommandLogGroup.arn })]
          : []),
      ],
      sidecars: granted.sidecars,
    });
  }

  private applicationService(
    { application }: Environment,
    { prefix, ...surroundings }: Surroundings,
    waysOut: readonly ITerraformDependable[],
  ): Service {
    const { container, port } = routedTo(application);
    const name = `${prefix}-app`;
    return new Service(this, "service", {
      ...surroundings,
      prefix,
      name,
      task: this.task,
      securityGroup: this.tasksSecurityGroup,
      tasks: { ...application, minimum: application.minimumTasks, maximum: application.maximumTasks },
      behind: { ...this.loadBalancer, container, containerPort: port },
      executeCommand: application.executeCommand,
      ownedBy: application.image.ownedBy,
      rollbackAlarmNames: new DeploymentAlarms(this, "deployment-alarms", {
        serviceName: name,
        options: application.deployment.rollbackAlarms,
        loadBalancerArnSuffix: this.loadBalancer.loadBalancer.arnSuffix,
        targetGroupArnSuffix: this.loadBalancer.targetGroup.arnSuffix,
      }).names,
      dependsOn: [
        // ECS refuses a target group that no listener leads to yet.
        ...this.loadBalancer.listeners.values(),
        ...surroundings.dependsOn,
        ...this.task.taskPolicies,
        ...waysOut,
        ...this.loadBalancer.accessToTasks.rules,
      ],
    });
  }

  private loadOfData(
    { data, environment }: ComputeStackProps,
    surroundings: Surroundings,
    image: ContainerImage,
  ): DataLoadTask | undefined {
    const { application } = environment;
    const { database } = data.parts;
    const used = surroundings.usable.database;
    if (!database || !used) return undefined;
    const task = new DataLoadTask(this, "data-load", {
      ...surroundings,
      command: application.dataLoadCommand,
      process: application,
      environment: application.environment,
      image,
      parts: [used.part],
    });
    new ClientAccess(this, "data-load-to-database", {
      client: task.securityGroup,
      serverGroupId: database.securityGroupId,
      port: database.port,
      description: `${databaseEngine(environment.data.database).title} from the data load to the database`,
    });
    return task;
  }

  private addOutputs({ capacityProviderStrategy, cluster, subnetIds }: Surroundings): void {
    new TerraformOutput(this, "repositoryUrl", { staticId: true, value: this.repository.repository.repositoryUrl });
    new TerraformOutput(this, "clusterName", { staticId: true, value: cluster.name });
    new TerraformOutput(this, "serviceName", { staticId: true, value: this.service.service.name });
    new TerraformOutput(this, "taskDefinitionArn", {
      staticId: true,
      description: "Revision that the service runs unless its deployment was rolled back",
      value: this.task.taskDefinition.arn,
    });
    new TerraformOutput(this, "loadBalancerDnsName", { staticId: true, value: this.loadBalancer.loadBalancer.dnsName });
    if (this.dataLoad) {
      new TerraformOutput(this, "dataLoad", {
        staticId: true,
        description: "What `npx ecs-privatelink load-data` needs to run the task",
        value: runOutput(
          {
            cluster,
            taskDefinition: this.dataLoad.taskDefinition,
            roles: [],
            capacityProviderStrategy,
            subnetIds,
            securityGroup: this.dataLoad.securityGroup,
          },
          this.dataLoad.logGroup,
        ),
      });
    }
    if (this.workers.length > 0) {
      new TerraformOutput(this, "queues", {
        staticId: true,
        description: "Queues of the workers",
        value: Object.fromEntries(this.workers.map(({ name, queue: { arn, url } }) => [name, { arn, url }])),
      });
    }
    if (this.jobs.length > 0) {
      new TerraformOutput(this, "jobs", {
        staticId: true,
        description: "What `npx ecs-privatelink job` needs to run each job",
        value: Object.fromEntries(this.jobs.map(({ name, output }) => [name, output])),
      });
    }
  }

  /** An image that something else has built. */
  private foreignImage(
    id: string,
    image: Pick<Environment["application"]["image"], "parameter" | "uri" | keyof PullOptions>,
    environment: Environment,
  ): ContainerImage {
    const address = imageAddress(image);
    if (address === undefined) throw new Error(`compute-${environment.name}: ${id} has no origin`);
    return {
      uri: image.uri ?? (image.parameter ? new ParameterImage(this, `${id}-parameter`, image.parameter).uri : address),
      ...pulled(address, image, environment),
    };
  }

  /** Secrets of a task's own container, rights on those of all its containers, and its sidecars. */
  private taskAccess(options: TaskOptions, environment: Environment): TaskAccess {
    const { region } = environment;
    const imageOf = (sidecar: TaskOptions["sidecars"][string]) => ({
      uri: sidecar.image,
      ...pulled(sidecar.image, sidecar, environment),
    });
    if (allSecrets(options).length === 0) {
      const sidecars = sidecarContainers({ task: options, region, imageOf, secretsOf: () => ({}) });
      return { parts: [], sidecars };
    }
    const place = { region, partition: ownPartition(this), account: ownAccount(this) };
    const secretsOf = (secrets: TaskOptions["secrets"]) => usesSecrets(secrets, place);
    return {
      parts: [secretsOf(options.secrets), readsSecrets(options, place)],
      sidecars: sidecarContainers({ task: options, region, imageOf, secretsOf }),
    };
  }
}

/** Cost nothing while they are idle; a service can only move to a provider that its cluster has. */
const FARGATE_PROVIDERS = ["FARGATE", "FARGATE_SPOT"];

/** The environment's data as its tasks use it: what each part adds to a task, and where it is reached. */
function usableParts(
  { database, fileSystem, staticAssets }: DataStack["parts"],
  place: { readonly region: string },
): WorkloadSurroundings["usable"] {
  return {
    ...(database && { database: { part: usesDatabase(database, place), server: database } }),
    ...(fileSystem && {
      fileSystem: {
        part: usesFileSystem(fileSystem),
        server: { securityGroupId: fileSystem.securityGroupId, port: nfsPort },
      },
    }),
    ...(staticAssets && { staticAssets: { part: usesStaticAssets(staticAssets, place) } }),
  };
}

/** What an image is pulled with: its repository, where ECR holds it, and what the file says. */
function pulled(
  address: string,
  { credentialsSecretArn, credentialsSecretKeyArn, pullThroughCache }: PullOptions,
  { region }: Environment,
): Omit<ContainerImage, "uri"> {
  const ecr = parseEcrImage(address);
  return {
    repositoryArn: ecr && `arn:${partition(region)}:ecr:${ecr.region}:${ecr.account}:repository/${ecr.repository}`,
    pullThroughCache,
    credentialsSecretArn,
    credentialsSecretKeyArn,
  };
}
