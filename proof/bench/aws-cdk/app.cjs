/**
 * The same architecture in AWS CDK 2, to be measured beside this project: two environments of four stacks and a consumer.
 * A CommonJS module, since importing AWS CDK as an ES module would load all of it. It is deployed nowhere, and has neither rules nor a proof of the packet paths.
 */
const cdk = require("aws-cdk-lib");
const autoscaling = require("aws-cdk-lib/aws-autoscaling");
const backup = require("aws-cdk-lib/aws-backup");
const cloudwatch = require("aws-cdk-lib/aws-cloudwatch");
const dynamodb = require("aws-cdk-lib/aws-dynamodb");
const ec2 = require("aws-cdk-lib/aws-ec2");
const ecr = require("aws-cdk-lib/aws-ecr");
const ecs = require("aws-cdk-lib/aws-ecs");
const efs = require("aws-cdk-lib/aws-efs");
const elb = require("aws-cdk-lib/aws-elasticloadbalancingv2");
const events = require("aws-cdk-lib/aws-events");
const { LambdaFunction } = require("aws-cdk-lib/aws-events-targets");
const iam = require("aws-cdk-lib/aws-iam");
const kms = require("aws-cdk-lib/aws-kms");
const lambda = require("aws-cdk-lib/aws-lambda");
const logs = require("aws-cdk-lib/aws-logs");
const rds = require("aws-cdk-lib/aws-rds");
const route53 = require("aws-cdk-lib/aws-route53");
const { InterfaceVpcEndpointTarget } = require("aws-cdk-lib/aws-route53-targets");
const s3 = require("aws-cdk-lib/aws-s3");
const secrets = require("aws-cdk-lib/aws-secretsmanager");
const sns = require("aws-cdk-lib/aws-sns");

class Network extends cdk.Stack {
  constructor(scope, id, { cidr, natGateways, zones }, props) {
    super(scope, id, props);
    this.vpc = new ec2.Vpc(this, "vpc", {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      availabilityZones: zones.map((zone) => `${props.env.region}${zone}`),
      natGateways,
      subnetConfiguration: [
        { name: "public", subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: "private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: "data", subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: { s3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      flowLogs: { all: { destination: ec2.FlowLogDestination.toCloudWatchLogs(new logs.LogGroup(this, "flow-logs")) } },
    });
  }
}

class Data extends cdk.Stack {
  constructor(scope, id, { vpc }, props) {
    super(scope, id, props);
    this.key = new kms.Key(this, "key", { enableKeyRotation: true, alias: id });
    this.databaseGroup = new ec2.SecurityGroup(this, "database-group", { vpc, allowAllOutbound: false });
    this.fileSystemGroup = new ec2.SecurityGroup(this, "file-system-group", { vpc, allowAllOutbound: false });
    this.database = new rds.DatabaseInstance(this, "database", {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
      parameters: { "rds.force_ssl": "1" },
      instanceType: new ec2.InstanceType("t4g.medium"),
      multiAz: true,
      storageEncryptionKey: this.key,
      credentials: rds.Credentials.fromGeneratedSecret("app", { encryptionKey: this.key }),
      securityGroups: [this.databaseGroup],
      cloudwatchLogsExports: ["postgresql", "upgrade"],
      monitoringInterval: cdk.Duration.seconds(60),
    });
    this.fileSystem = new efs.FileSystem(this, "files", {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      encrypted: true,
      kmsKey: this.key,
      securityGroup: this.fileSystemGroup,
    });
    this.accessPoint = this.fileSystem.addAccessPoint("access-point", {
      posixUser: { uid: "1000", gid: "1000" },
      createAcl: { ownerUid: "1000", ownerGid: "1000", permissions: "750" },
      path: "/app",
    });
    this.assets = bucket(this, "assets", { encryptionKey: this.key });
    const plan = new backup.BackupPlan(this, "backup", {
      backupVault: new backup.BackupVault(this, "vault", { encryptionKey: this.key }),
      backupPlanRules: [backup.BackupPlanRule.daily()],
    });
    plan.addSelection("selection", {
      resources: [
        backup.BackupResource.fromEfsFileSystem(this.fileSystem),
        backup.BackupResource.fromArn(this.assets.bucketArn),
      ],
    });
  }
}

class Compute extends cdk.Stack {
  constructor(scope, id, { vpc }, data, props) {
    super(scope, id, props);
    // By their ARNs: a grant on the data stack's own constructs would change policies there, in a circle.
    const key = kms.Key.fromKeyArn(this, "key", data.key.keyArn);
    const assets = s3.Bucket.fromBucketArn(this, "assets", data.assets.bucketArn);
    const secret = secrets.Secret.fromSecretCompleteArn(this, "secret", data.database.secret.secretArn);
    const repository = new ecr.Repository(this, "repository", {
      imageScanOnPush: true,
      encryptionKey: key,
      lifecycleRules: [{ maxImageCount: 20 }],
    });
    const cluster = new ecs.Cluster(this, "cluster", { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
    this.loadBalancerGroup = new ec2.SecurityGroup(this, "load-balancer-group", { vpc, allowAllOutbound: false });
    const taskGroup = new ec2.SecurityGroup(this, "task-group", { vpc, allowAllOutbound: false });
    const instanceGroup = new ec2.SecurityGroup(this, "instance-group", { vpc, allowAllOutbound: false });
    open(this, "load-balancer-to-task", this.loadBalancerGroup, taskGroup, 8080);
    open(this, "task-to-database", taskGroup, data.databaseGroup, 5432);
    open(this, "task-to-files", taskGroup, data.fileSystemGroup, 2049);
    for (const group of [taskGroup, instanceGroup]) group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));

    const instances = new autoscaling.AutoScalingGroup(this, "instances", {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate: new ec2.LaunchTemplate(this, "launch-template", {
        instanceType: new ec2.InstanceType("t4g.small"),
        machineImage: ecs.EcsOptimizedImage.amazonLinux2023(ecs.AmiHardwareType.ARM),
        requireImdsv2: true,
        securityGroup: instanceGroup,
        userData: ec2.UserData.forLinux(),
        role: new iam.Role(this, "instance-role", { assumedBy: new iam.ServicePrincipal("ec2.amazonaws.com") }),
      }),
      minCapacity: 2,
      maxCapacity: 6,
    });
    const capacity = new ecs.AsgCapacityProvider(this, "capacity", { autoScalingGroup: instances });
    cluster.addAsgCapacityProvider(capacity);

    const task = (name, command) => {
      const definition = new ecs.Ec2TaskDefinition(this, name, { networkMode: ecs.NetworkMode.AWS_VPC });
      definition.addVolume({
        name: "files",
        efsVolumeConfiguration: {
          fileSystemId: data.fileSystem.fileSystemId,
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: data.accessPoint.accessPointId, iam: "ENABLED" },
        },
      });
      const container = definition.addContainer(name, {
        image: ecs.ContainerImage.fromEcrRepository(repository, "1"),
        memoryLimitMiB: 512,
        cpu: 256,
        command,
        readonlyRootFilesystem: true,
        portMappings: [{ containerPort: 8080 }],
        logging: ecs.LogDriver.awsLogs({
          streamPrefix: name,
          logGroup: new logs.LogGroup(this, `${name}-logs`, { encryptionKey: key }),
        }),
        secrets: { DATABASE_PASSWORD: ecs.Secret.fromSecretsManager(secret, "password") },
        environment: { DATABASE_HOST: data.database.dbInstanceEndpointAddress },
      });
      container.addMountPoints({ containerPath: "/files", sourceVolume: "files", readOnly: false });
      assets.grantRead(definition.taskRole);
      key.grantDecrypt(definition.taskRole);
      return definition;
    };
    const service = new ecs.Ec2Service(this, "service", {
      cluster,
      taskDefinition: task("app"),
      desiredCount: 2,
      securityGroups: [taskGroup],
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      circuitBreaker: { rollback: true },
      capacityProviderStrategies: [{ capacityProvider: capacity.capacityProviderName, weight: 1 }],
    });
    task("load-data", ["node", "load-data.js"]);
    service
      .autoScaleTaskCount({ minCapacity: 2, maxCapacity: 6 })
      .scaleOnCpuUtilization("cpu", { targetUtilizationPercent: 60 });

    this.loadBalancer = new elb.ApplicationLoadBalancer(this, "load-balancer", {
      vpc,
      internetFacing: false,
      securityGroup: this.loadBalancerGroup,
      dropInvalidHeaderFields: true,
    });
    this.loadBalancer.logAccessLogs(bucket(this, "access-logs", {}));
    this.loadBalancer.addListener("http", { port: 80, open: false }).addTargets("app", {
      port: 8080,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [service],
      healthCheck: { path: "/health" },
    });
  }
}

class PrivateLink extends cdk.Stack {
  constructor(scope, id, { vpc }, { loadBalancer, loadBalancerGroup }, { cidrs, principals }, props) {
    super(scope, id, props);
    const key = new kms.Key(this, "key", { enableKeyRotation: true, alias: id });
    const topic = new sns.Topic(this, "notifications", { masterKey: key });
    const group = new ec2.SecurityGroup(this, "group", { vpc, allowAllOutbound: false });
    for (const cidr of cidrs) group.addIngressRule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(80));
    open(this, "to-load-balancer", group, loadBalancerGroup, 80);
    const balancer = new elb.NetworkLoadBalancer(this, "load-balancer", { vpc, securityGroups: [group] });
    const targets = new elb.NetworkTargetGroup(this, "targets", { vpc, port: 80, targetType: elb.TargetType.IP });
    balancer.addListener("tcp", { port: 80, defaultTargetGroups: [targets] });
    const service = new ec2.VpcEndpointService(this, "service", {
      vpcEndpointServiceLoadBalancers: [balancer],
      acceptanceRequired: true,
      allowedPrincipals: principals.map((arn) => new iam.ArnPrincipal(arn)),
    });
    new ec2.CfnVPCEndpointConnectionNotification(this, "connection-events", {
      connectionEvents: ["Connect", "Accept", "Reject", "Delete"],
      connectionNotificationArn: topic.topicArn,
      serviceId: service.vpcEndpointServiceId,
    });

    const table = new dynamodb.Table(this, "state", {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryptionKey: key,
    });
    const sync = new lambda.Function(this, "sync", {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: lambda.Code.fromInline("exports.handler = async () => {};"),
      timeout: cdk.Duration.seconds(45),
      logGroup: new logs.LogGroup(this, "sync-logs", { encryptionKey: key }),
      environment: { TARGET_GROUP: targets.targetGroupArn, LOAD_BALANCER: loadBalancer.loadBalancerArn },
    });
    table.grantReadWriteData(sync);
    sync.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ["elasticloadbalancing:RegisterTargets"],
        resources: [targets.targetGroupArn],
      }),
    );
    sync.addToRolePolicy(new iam.PolicyStatement({ actions: ["ec2:DescribeNetworkInterfaces"], resources: ["*"] }));
    new events.Rule(this, "every-minute", {
      schedule: events.Schedule.rate(cdk.Duration.minutes(1)),
      targets: [new LambdaFunction(sync)],
    });

    const metrics = [
      ...[
        "HealthyHostCount",
        "UnHealthyHostCount",
        "TCP_ELB_Reset_Count",
        "TCP_Target_Reset_Count",
        "NewFlowCount",
      ].map((name) => balancer.metrics.custom(name)),
      ...[
        "HTTPCode_ELB_5XX_Count",
        "HTTPCode_Target_5XX_Count",
        "TargetResponseTime",
        "RejectedConnectionCount",
        "RequestCount",
      ].map((name) => loadBalancer.metrics.custom(name)),
      sync.metricErrors(),
      sync.metricThrottles(),
      sync.metricDuration(),
      ...["RunsFailed", "TargetsAdded", "TargetsRemoved", "SourcesDisagree", "StateAge", "Deferred", "Refused"].map(
        (metricName) =>
          new cloudwatch.Metric({ namespace: "sync", metricName, dimensionsMap: { function: sync.functionName } }),
      ),
    ];
    for (const [index, metric] of metrics.entries())
      metric.createAlarm(this, `alarm-${index}`, { threshold: 1, evaluationPeriods: 3 });
    new cloudwatch.Dashboard(this, "dashboard", {
      widgets: metrics.map((metric) => [new cloudwatch.GraphWidget({ left: [metric] })]),
    });
  }
}

class Consumer extends cdk.Stack {
  constructor(scope, id, { cidr, serviceName }, props) {
    super(scope, id, props);
    const vpc = new ec2.Vpc(this, "vpc", {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: "endpoint", subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    const endpoint = new ec2.InterfaceVpcEndpoint(this, "endpoint", {
      vpc,
      service: new ec2.InterfaceVpcEndpointService(serviceName, 80),
    });
    const zone = new route53.PrivateHostedZone(this, "zone", { vpc, zoneName: "app.example.internal" });
    new route53.ARecord(this, "record", {
      zone,
      target: route53.RecordTarget.fromAlias(new InterfaceVpcEndpointTarget(endpoint)),
    });
  }
}

/** A private bucket as this project has them. */
const bucket = (scope, id, props) =>
  new s3.Bucket(scope, id, {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    encryption: props.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ noncurrentVersionExpiration: cdk.Duration.days(30) }],
    ...props,
  });

/** One rule on each side; as resources of their own, since the groups are in different stacks. */
function open(scope, id, from, to, port) {
  const common = { ipProtocol: "tcp", fromPort: port, toPort: port };
  new ec2.CfnSecurityGroupEgress(scope, `${id}-egress`, {
    ...common,
    groupId: from.securityGroupId,
    destinationSecurityGroupId: to.securityGroupId,
  });
  new ec2.CfnSecurityGroupIngress(scope, `${id}-ingress`, {
    ...common,
    groupId: to.securityGroupId,
    sourceSecurityGroupId: from.securityGroupId,
  });
}

const region = "eu-central-1";
const environments = [
  { name: "dev", account: "111122223333", cidr: "10.20.0.0/16", natGateways: 1, zones: ["a", "b"] },
  { name: "prod", account: "222233334444", cidr: "10.30.0.0/16", natGateways: 3, zones: ["a", "b", "c"] },
];
const consumers = Array.from({ length: Number(process.env.CONSUMERS ?? 1) }, (_, index) => ({
  account: String(444400000000 + index),
  cidr: `10.${Math.floor(index / 256) % 256}.${index % 256}.0/24`,
  serviceName: `com.amazonaws.vpce.${region}.vpce-svc-0123456789abcdef0`,
}));

/** What AWS CDK would ask each account for. */
const availabilityZones = [...environments, ...consumers].map(({ account }) => [
  `availability-zones:account=${account}:region=${region}`,
  ["a", "b", "c"].map((zone) => `${region}${zone}`),
]);
const app = new cdk.App({ context: Object.fromEntries(availabilityZones) });
for (const { account, name, ...options } of environments) {
  const props = { env: { account, region } };
  const network = new Network(app, `network-${name}`, options, props);
  const data = new Data(app, `data-${name}`, network, props);
  const compute = new Compute(app, `compute-${name}`, network, data, props);
  const principals = [`arn:aws:iam::${account}:root`, "arn:aws:iam::444455556666:root"];
  new PrivateLink(app, `privatelink-service-${name}`, network, compute, { cidrs: ["10.90.0.0/16"], principals }, props);
}
for (const [index, { account, ...options }] of consumers.entries())
  new Consumer(app, `consumer-endpoint-${index}`, options, { env: { account, region } });
app.synth();
