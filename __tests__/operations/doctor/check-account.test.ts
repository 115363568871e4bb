import {
  DescribeAccountAttributesCommand,
  DescribeAddressesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import type { EnvironmentInput } from "../../../config/schema";
import { checkAccount } from "../../../operations/doctor/check-account";
import { environmentOf } from "../../synth";

const ec2 = mockClient(EC2Client);
ec2.on(DescribeVpcsCommand).resolves({ Vpcs: Array.from({ length: 5 }, () => ({})) });
ec2.on(DescribeAddressesCommand).resolves({ Addresses: Array.from({ length: 5 }, () => ({})) });
ec2
  .on(DescribeAccountAttributesCommand)
  .resolves({ AccountAttributes: [{ AttributeValues: [{ AttributeValue: "5" }] }] });
mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: "111122223333" });
mockClient(S3Client).on(HeadBucketCommand).resolves({});
mockClient(LambdaClient).on(GetAccountSettingsCommand).resolves({});

/** What is said of the quotas that an account without a free VPC and address has. */
async function quotas(overrides: Partial<EnvironmentInput>): Promise<Record<string, string>> {
  const environment = environmentOf({ accountId: "111122223333", ...overrides });
  const findings = await checkAccount(environment, { region: environment.region });
  return Object.fromEntries(findings.map(({ saw, thing }) => [thing, saw]));
}

test("an environment that creates its VPC needs a VPC, and an address for each NAT gateway", async () => {
  expect(await quotas({})).toMatchObject({
    "Quota: elastic IP addresses": "5 of 5 used, 3 needed",
    "Quota: VPCs (the default of 5)": "5 of 5 used, 1 needed",
  });
});

test("an environment in an existing VPC needs neither", async () => {
  const existing = { vpcId: "vpc-0123456789abcdef0", privateSubnets: { tags: { tier: "private" } } };
  expect(await quotas({ network: { existing } })).toMatchObject({
    "Quota: elastic IP addresses": "none needed",
    "Quota: VPCs (the default of 5)": "none needed",
  });
});
