import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { stateBucket } from "../../config/derive";
import type { Consumer, Environment } from "../../config/schema";
import { accountArns } from "./arns";
import { type DeployPhase, deployedName, rolePathOf } from "./names";
import { readsOfConsumers } from "./permissions";
import { keepDeployRoles } from "./protection";

type Statement = DataAwsIamPolicyDocumentStatement;

/** What the two roles of a consumer's pipelines may do: the endpoint, its security group, a small VPC and a private zone. */
export function consumerStatements(
  consumer: Consumer,
  { accountId, linked }: { readonly accountId: string; readonly linked?: Environment },
): Readonly<Record<DeployPhase, Statement[]>> {
  const arn = accountArns(consumer.region, accountId);
  const bucket = consumer.backend.type === "s3" ? stateBucket(consumer) : undefined;
  const objects = arn.s3(`${bucket}/consumers/${consumer.name}/*`);
  const read: Statement[] = [
    { sid: "Read", actions: readsOfConsumers(), resources: ["*"] },
    ...(bucket === undefined
      ? []
      : [
          { sid: "ListStates", actions: ["s3:ListBucket"], resources: [arn.s3(bucket)] },
          { sid: "ReadStates", actions: ["s3:GetObject"], resources: [objects] },
          decryptStates("DecryptThroughServices", consumer.region, accountId),
        ]),
    ...readOfServiceState(linked, bucket === undefined ? undefined : consumer.region),
  ];
  const serviceRegion = consumer.service.region ?? linked?.region ?? consumer.region;
  const change: Statement[] = [
    ...(bucket === undefined
      ? []
      : [{ sid: "WriteStates", actions: ["s3:PutObject", "s3:DeleteObject"], resources: [objects] }]),
    {
      sid: "ChangeInRegion",
      actions: ["ec2:*"],
      resources: ["*"],
      condition: [{ test: "StringEquals", variable: "aws:RequestedRegion", values: [consumer.region] }],
    },
    ...(consumer.dns.mode === "private-hosted-zone"
      ? [{ sid: "ChangeRecords", actions: ["route53:*"], resources: ["*"] }]
      : []),
    // Source: Service Authorization Reference, "AWS PrivateLink"
    ...(serviceRegion === consumer.region
      ? []
      : [
          {
            sid: "ConnectToAnotherRegion",
            actions: ["vpce:AllowMultiRegion"],
            resources: [arn.regional("ec2", "vpc-endpoint/*")],
          },
        ]),
    ...keepDeployRoles(arn, `${rolePathOf(consumer)}${deployedName(consumer)}-deploy-*`),
  ];
  return { plan: read, apply: [...read, ...change] };
}

/** States are encrypted with the key of their bucket. */
const decryptStates = (sid: string, region: Consumer["region"], accountId: string): Statement => ({
  sid,
  actions: ["kms:Decrypt"],
  resources: [accountArns(region, accountId).regional("kms", "key/*")],
  condition: [{ test: "StringEquals", variable: "kms:ViaService", values: [`s3.${region}.amazonaws.com`] }],
});

/**
 * The outputs of the service's stack, where the consumer names an environment of the same account.
 *
 * @param decryptedRegion Region whose states may be decrypted already
 */
function readOfServiceState(linked: Environment | undefined, decryptedRegion: string | undefined): Statement[] {
  const bucket = linked?.backend.type === "s3" ? stateBucket(linked) : undefined;
  if (linked === undefined || bucket === undefined || linked.accountId === undefined) return [];
  const arn = accountArns(linked.region, linked.accountId);
  return [
    {
      sid: "ReadServiceState",
      actions: ["s3:GetObject"],
      resources: [arn.s3(`${bucket}/${linked.name}/privatelink-service.tfstate`)],
    },
    { sid: "FindServiceState", actions: ["s3:ListBucket"], resources: [arn.s3(bucket)] },
    ...(linked.region === decryptedRegion
      ? []
      : [decryptStates("DecryptServiceState", linked.region, linked.accountId)]),
  ];
}
