import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { EcsCapacityProvider } from "@cdktf/provider-aws/lib/ecs-capacity-provider";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { Network } from "../network/network";
import { AwsApiEgress } from "./aws-api-egress";

export interface Ec2CapacityProps {
  readonly prefix: string;
  readonly options: Environment["compute"]["ec2"];
  readonly cpuArchitecture: Environment["compute"]["cpuArchitecture"];
  readonly network: Network;
  readonly cluster: EcsCluster;
  readonly kmsKeyArn: string;
  /** Let destroy terminate protected instances. */
  readonly forceDelete: boolean;
  /** Tags of instances and volumes, which the provider's default tags do not reach. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Instances of an Auto Scaling group that join the cluster, and the capacity provider that scales them.
 * ECS takes an instance away only once it runs no task.
 */
export class Ec2Capacity extends Construct {
  readonly role: IamRole;
  readonly securityGroup: SecurityGroup;
  readonly launchTemplate: LaunchTemplate;
  readonly autoScalingGroup: AutoscalingGroup;
  readonly capacityProvider: EcsCapacityProvider;

  constructor(scope: Construct, id: string, props: Ec2CapacityProps) {
    super(scope, id);
    const { cluster, network, options, prefix } = props;
    const name = `${prefix}-instances`;

    this.role = this.addInstanceRole(name);
    const instanceProfile = new IamInstanceProfile(this, "instance-profile", { name, role: this.role.name });
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "Container instances: nothing in, AWS services out",
      vpcId: network.vpc.id,
      tags: { Name: name },
    });
    new AwsApiEgress(this, "aws-api-egress", { network, securityGroup: this.securityGroup });

    const tags = { ...props.tags, Name: name };
    this.launchTemplate = new LaunchTemplate(this, "launch-template", {
      name,
      updateDefaultVersion: true,
      imageId: this.ecsOptimizedImage(props.cpuArchitecture),
      instanceType: options.instanceType,
      iamInstanceProfile: { arn: instanceProfile.arn },
      vpcSecurityGroupIds: [this.securityGroup.id],
      userData: Fn.base64encode(joinCluster(cluster.name)),
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // One hop: containers cannot reach the instance's own credentials.
        httpPutResponseHopLimit: 1,
      },
      monitoring: { enabled: true },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: options.rootVolumeGib,
            encrypted: "true",
            kmsKeyId: props.kmsKeyArn,
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
    });

    this.autoScalingGroup = new AutoscalingGroup(this, "auto-scaling-group", {
      name,
      vpcZoneIdentifier: network.privateSubnets.map((subnet) => subnet.id),
      minSize: options.minimumInstances,
      maxSize: options.maximumInstances,
      launchTemplate: { id: this.launchTemplate.id, version: Fn.tostring(this.launchTemplate.latestVersion) },
      // The capacity provider's termination protection needs it.
      protectFromScaleIn: true,
      forceDelete: props.forceDelete,
      healthCheckType: "EC2",
      instanceRefresh: {
        strategy: "Rolling",
        preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 200, scaleInProtectedInstances: "Refresh" },
      },
      tag: [
        ...Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
        // ECS puts it there itself; without it here, each plan would want to remove it.
        { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
      ],
      // The capacity provider sets it.
      lifecycle: { ignoreChanges: ["desired_capacity"] },
      // Instances join the cluster, so it has to be there until the last of them is gone.
      dependsOn: [cluster],
    });

    this.capacityProvider = new EcsCapacityProvider(this, "capacity-provider", {
      name,
      autoScalingGroupProvider: {
        autoScalingGroupArn: this.autoScalingGroup.arn,
        managedScaling: { status: "ENABLED", targetCapacity: options.targetCapacityPercent },
        managedTerminationProtection: "ENABLED",
        managedDraining: "ENABLED",
      },
    });
  }

  /** Source: Amazon ECS Developer Guide, "Amazon ECS container instance IAM role"; Session Manager instead of SSH keys. */
  private addInstanceRole(name: string): IamRole {
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        { actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }] },
      ],
    });
    const role = new IamRole(this, "role", { name, assumeRolePolicy: trust.json });
    const partition = new DataAwsPartition(this, "partition", {}).partition;
    const policies = {
      ecs: "service-role/AmazonEC2ContainerServiceforEC2Role",
      "session-manager": "AmazonSSMManagedInstanceCore",
    };
    for (const [id, policy] of Object.entries(policies)) {
      new IamRolePolicyAttachment(this, `${id}-policy`, {
        role: role.name,
        policyArn: `arn:${partition}:iam::aws:policy/${policy}`,
      });
    }
    return role;
  }

  /** Source: Amazon ECS Developer Guide, "Retrieving Amazon ECS-optimized Linux AMI metadata". */
  private ecsOptimizedImage(cpuArchitecture: Ec2CapacityProps["cpuArchitecture"]): string {
    const architecture = cpuArchitecture === "ARM64" ? "arm64/" : "";
    return new DataAwsSsmParameter(this, "ecs-optimized-image", {
      name: `/aws/service/ecs/optimized-ami/amazon-linux-2023/${architecture}recommended/image_id`,
    }).insecureValue;
  }
}

/** Source: Amazon ECS Developer Guide, "Amazon ECS container agent configuration". */
const joinCluster = (clusterName: string): string => `#!/bin/bash
cat >> /etc/ecs/ecs.config <<'CONFIG'
ECS_CLUSTER=${clusterName}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2_instance
ECS_IMAGE_PULL_BEHAVIOR=prefer-cached
CONFIG
`;
