import {
  AcceptVpcEndpointConnectionsCommand,
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  EC2Client,
  RejectVpcEndpointConnectionsCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { endpointConnections } from "../../../operations/consumers/endpoint-connections";

const SERVICE = "vpce-svc-0123456789abcdef0";

const ec2 = mockClient(EC2Client);
const service = () => endpointConnections(new EC2Client({ region: "eu-central-1" }), SERVICE);

beforeEach(() => ec2.reset());

test("all pages are read, what is deleted is left out, and each owner is looked up among the principals", async () => {
  ec2.on(DescribeVpcEndpointServicePermissionsCommand).resolves({
    AllowedPrincipals: [{ Principal: "arn:aws:iam::444455556666:root" }],
  });
  ec2
    .on(DescribeVpcEndpointConnectionsCommand)
    .resolvesOnce({
      VpcEndpointConnections: [
        { VpcEndpointId: "vpce-1", VpcEndpointOwner: "444455556666", VpcEndpointState: "Available" },
        { VpcEndpointId: "vpce-2", VpcEndpointOwner: "444455556666", VpcEndpointState: "Deleted" },
      ],
      NextToken: "more",
    })
    .resolvesOnce({
      VpcEndpointConnections: [
        { VpcEndpointId: "vpce-3", VpcEndpointOwner: "777788889999", VpcEndpointState: "PendingAcceptance" },
      ],
    });
  await expect(service().connections()).resolves.toEqual([
    { endpointId: "vpce-1", owner: "444455556666", state: "available", allowed: true },
    { endpointId: "vpce-3", owner: "777788889999", state: "pendingAcceptance", allowed: false },
  ]);
});

test.each([
  ["accept", AcceptVpcEndpointConnectionsCommand],
  ["reject", RejectVpcEndpointConnectionsCommand],
] as const)("%s: one call for all endpoints, and those that AWS refused come back", async (decision, command) => {
  const refused = { ResourceId: "vpce-2", Error: { Code: "InvalidState", Message: "no longer there" } };
  ec2.on(command).resolves({ Unsuccessful: [refused] });
  await expect(service().decide(decision, ["vpce-1", "vpce-2"])).resolves.toEqual([refused]);
  expect(ec2.calls().map(({ args }) => args[0].input)).toEqual([
    { ServiceId: SERVICE, VpcEndpointIds: ["vpce-1", "vpce-2"] },
  ]);
});
