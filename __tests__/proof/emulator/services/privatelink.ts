import { Resolver } from "node:dns/promises";
import {
  AcceptVpcEndpointConnectionsCommand,
  CreateVpcEndpointCommand,
  CreateVpcEndpointConnectionNotificationCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  DeleteVpcEndpointConnectionNotificationsCommand,
  DeleteVpcEndpointServiceConfigurationsCommand,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcEndpointConnectionNotificationsCommand,
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  ModifyVpcEndpointConnectionNotificationCommand,
  ModifyVpcEndpointServicePermissionsCommand,
  RejectVpcEndpointConnectionsCommand,
  StartVpcEndpointServicePrivateDnsVerificationCommand,
} from "@aws-sdk/client-ec2";
import { DeleteLoadBalancerCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Emulator } from "../../../../proof/lab/emulator";
import {
  type ClientSettings,
  type Context,
  createLoadBalancer,
  createNetwork,
  given,
  type SmallLoadBalancer,
  type SmallNetwork,
} from "../network";

const consumerAccount = "222222222222";
const consumerRole = `arn:aws:iam::${consumerAccount}:role/consumer`;

/** Both sides of PrivateLink, the consumer in another account. */
export function privateLink(context: () => Context): void {
  let emulator: Emulator;
  let settings: ClientSettings;
  let provider: EC2Client;
  let consumer: EC2Client;
  let balancer: SmallLoadBalancer;
  let consumerNetwork: SmallNetwork;

  beforeAll(async () => {
    ({ emulator, settings } = context());
    provider = new EC2Client(settings);
    const { Credentials } = await new STSClient(settings).send(
      new AssumeRoleCommand({ RoleArn: consumerRole, RoleSessionName: "consumer" }),
    );
    consumer = new EC2Client({
      ...settings,
      credentials: {
        accessKeyId: given(Credentials?.AccessKeyId),
        secretAccessKey: given(Credentials?.SecretAccessKey),
        sessionToken: given(Credentials?.SessionToken),
      },
    });
    const network = await createNetwork(provider);
    balancer = await createLoadBalancer(new ElasticLoadBalancingV2Client(settings), network, "service", "network");
    consumerNetwork = await createNetwork(consumer, "10.30.0.0/16");
  });

  /** An endpoint service that the consumer's account may use, unless `principals` says otherwise. */
  async function createService(options: { acceptance?: boolean; privateDnsName?: string; principals?: string[] } = {}) {
    const { ServiceConfiguration } = await provider.send(
      new CreateVpcEndpointServiceConfigurationCommand({
        NetworkLoadBalancerArns: [balancer.arn],
        AcceptanceRequired: options.acceptance ?? true,
        PrivateDnsName: options.privateDnsName,
      }),
    );
    const serviceId = given(ServiceConfiguration?.ServiceId);
    await provider.send(
      new ModifyVpcEndpointServicePermissionsCommand({
        ServiceId: serviceId,
        AddAllowedPrincipals: options.principals ?? [`arn:aws:iam::${consumerAccount}:root`],
      }),
    );
    return { serviceId, serviceName: given(ServiceConfiguration?.ServiceName) };
  }

  async function createEndpoint(serviceName: string, options: { privateDns?: boolean; subnetIds?: string[] } = {}) {
    const { VpcEndpoint } = await consumer.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: "Interface",
        VpcId: consumerNetwork.vpcId,
        ServiceName: serviceName,
        SubnetIds: options.subnetIds ?? consumerNetwork.subnetIds,
        SecurityGroupIds: [consumerNetwork.securityGroupId],
        PrivateDnsEnabled: options.privateDns,
      }),
    );
    return given(VpcEndpoint);
  }

  const endpointNow = async (id: string | undefined) =>
    given((await consumer.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [given(id)] }))).VpcEndpoints?.[0]);

  const connectionsOf = async (serviceId: string) =>
    (
      await provider.send(
        new DescribeVpcEndpointConnectionsCommand({ Filters: [{ Name: "service-id", Values: [serviceId] }] }),
      )
    ).VpcEndpointConnections ?? [];

  const decide = (
    Command: typeof AcceptVpcEndpointConnectionsCommand | typeof RejectVpcEndpointConnectionsCommand,
    serviceId: string,
    endpointId: string | undefined,
  ) => provider.send(new Command({ ServiceId: serviceId, VpcEndpointIds: [given(endpointId)] }));

  describe("allowed principals", () => {
    test("are whole entries with an id of their own, added and removed one by one", async () => {
      const { serviceId } = await createService({ principals: [] });
      const added = await provider.send(
        new ModifyVpcEndpointServicePermissionsCommand({ ServiceId: serviceId, AddAllowedPrincipals: [consumerRole] }),
      );
      const entry = {
        Principal: consumerRole,
        PrincipalType: "Role",
        ServiceId: serviceId,
        ServicePermissionId: expect.stringMatching(/^vpce-svc-perm-[0-9a-f]{17}$/),
      };
      expect(added.AddedPrincipals).toEqual([entry]);
      const described = await provider.send(
        new DescribeVpcEndpointServicePermissionsCommand({
          ServiceId: serviceId,
          Filters: [{ Name: "principal", Values: [consumerRole] }],
        }),
      );
      expect(described.AllowedPrincipals).toMatchObject([entry]);
      await provider.send(
        new ModifyVpcEndpointServicePermissionsCommand({
          ServiceId: serviceId,
          RemoveAllowedPrincipals: [consumerRole],
        }),
      );
      const after = await provider.send(new DescribeVpcEndpointServicePermissionsCommand({ ServiceId: serviceId }));
      expect(after.AllowedPrincipals ?? []).toEqual([]);
    });

    test("decide who may know the service's name", async () => {
      const { serviceName } = await createService({ principals: ["arn:aws:iam::333333333333:root"] });
      const refusal = {
        name: "InvalidServiceName",
        message: `The Vpc Endpoint Service '${serviceName}' does not exist`,
      };
      await expect(createEndpoint(serviceName)).rejects.toMatchObject(refusal);
      await expect(
        consumer.send(new DescribeVpcEndpointServicesCommand({ ServiceNames: [serviceName] })),
      ).rejects.toMatchObject(refusal);
    });

    test.each([
      "arn:aws:iam::333333333333:role/team/app",
      "arn:aws:organizations::333333333333:organization/o-abcdefghij",
      "ecs.amazonaws.com",
    ])("may not be %s", async (principal) => {
      await expect(createService({ principals: [principal] })).rejects.toMatchObject({ name: "InvalidPrincipal" });
    });

    test.each([["*"], [consumerRole]])("may be %s", async (principal) => {
      const { serviceName } = await createService({ principals: [principal] });
      await expect(createEndpoint(serviceName)).resolves.toMatchObject({ State: "pendingAcceptance" });
    });
  });

  describe("an endpoint service", () => {
    test("is shown to consumers with its zones, acceptance and base name", async () => {
      const { serviceId, serviceName } = await createService();
      const { ServiceDetails } = await consumer.send(
        new DescribeVpcEndpointServicesCommand({ ServiceNames: [serviceName] }),
      );
      expect(ServiceDetails).toMatchObject([
        {
          ServiceId: serviceId,
          Owner: emulator.accountId,
          AvailabilityZones: ["eu-central-1a", "eu-central-1b"],
          AcceptanceRequired: true,
          BaseEndpointDnsNames: [`${serviceId}.eu-central-1.vpce.amazonaws.com`],
          SupportedIpAddressTypes: ["ipv4"],
        },
      ]);
    });

    test("can't be deleted while endpoints are connected, and its load balancer can't while it is there", async () => {
      const elb = new ElasticLoadBalancingV2Client(settings);
      const network = await createNetwork(provider, "10.21.0.0/16");
      const own = await createLoadBalancer(elb, network, "held", "network");
      const { ServiceConfiguration } = await provider.send(
        new CreateVpcEndpointServiceConfigurationCommand({ NetworkLoadBalancerArns: [own.arn] }),
      );
      const ServiceId = given(ServiceConfiguration?.ServiceId);
      await provider.send(new ModifyVpcEndpointServicePermissionsCommand({ ServiceId, AddAllowedPrincipals: ["*"] }));
      const endpoint = await createEndpoint(given(ServiceConfiguration?.ServiceName));
      const remove = () =>
        provider.send(new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId] }));

      expect((await remove()).Unsuccessful).toMatchObject([
        { ResourceId: ServiceId, Error: { Code: "ExistingVpcEndpointConnections" } },
      ]);
      await expect(elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: own.arn }))).rejects.toMatchObject({
        name: "ResourceInUseException",
        message: `Load balancer '${own.arn}' cannot be deleted because it is currently associated with another service`,
      });
      await decide(RejectVpcEndpointConnectionsCommand, ServiceId, endpoint.VpcEndpointId);
      expect((await remove()).Unsuccessful ?? []).toEqual([]);
      await expect(elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: own.arn }))).resolves.toBeDefined();
    });
  });

  describe("a connection", () => {
    test("waits for acceptance, is accepted, rejected again, and shown as deleted at its end", async () => {
      const { serviceId, serviceName } = await createService();
      const endpoint = await createEndpoint(serviceName);
      expect(endpoint.State).toBe("pendingAcceptance");
      expect(await connectionsOf(serviceId)).toMatchObject([
        {
          VpcEndpointId: endpoint.VpcEndpointId,
          VpcEndpointOwner: consumerAccount,
          VpcEndpointState: "pendingAcceptance",
          NetworkLoadBalancerArns: [balancer.arn],
        },
      ]);

      await decide(AcceptVpcEndpointConnectionsCommand, serviceId, endpoint.VpcEndpointId);
      expect((await endpointNow(endpoint.VpcEndpointId)).State).toBe("available");
      await decide(RejectVpcEndpointConnectionsCommand, serviceId, endpoint.VpcEndpointId);
      expect((await endpointNow(endpoint.VpcEndpointId)).State).toBe("rejected");
      await consumer.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [given(endpoint.VpcEndpointId)] }));
      expect(await connectionsOf(serviceId)).toMatchObject([{ VpcEndpointState: "deleted" }]);
      await expect(endpointNow(endpoint.VpcEndpointId)).rejects.toMatchObject({
        name: "InvalidVpcEndpointId.NotFound",
      });
    });

    test("is available at once when the service asks for no acceptance", async () => {
      const { serviceName } = await createService({ acceptance: false });
      expect((await createEndpoint(serviceName)).State).toBe("available");
    });

    test("outlives its principal, as in AWS", async () => {
      const { serviceId, serviceName } = await createService({ acceptance: false });
      const endpoint = await createEndpoint(serviceName);
      await provider.send(
        new ModifyVpcEndpointServicePermissionsCommand({
          ServiceId: serviceId,
          RemoveAllowedPrincipals: [`arn:aws:iam::${consumerAccount}:root`],
        }),
      );
      expect((await endpointNow(endpoint.VpcEndpointId)).State).toBe("available");
    });

    test("that is not the service's is named when it should be accepted", async () => {
      const { serviceId } = await createService();
      const answer = await decide(AcceptVpcEndpointConnectionsCommand, serviceId, "vpce-0123456789abcdef0");
      expect(answer.Unsuccessful).toMatchObject([{ Error: { Code: "InvalidVpcEndpointId.NotFound" } }]);
    });
  });

  describe("an interface endpoint", () => {
    test("has an interface in each subnet, and regional and zonal names that resolve to them", async () => {
      const { serviceId, serviceName } = await createService({ acceptance: false });
      const endpoint = await createEndpoint(serviceName);
      const { NetworkInterfaces } = await consumer.send(
        new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: endpoint.NetworkInterfaceIds }),
      );
      expect(NetworkInterfaces?.map((each) => each.SubnetId).sort()).toEqual([...consumerNetwork.subnetIds].sort());
      expect(NetworkInterfaces?.every((each) => each.PrivateIpAddress?.startsWith("10.30."))).toBe(true);
      expect(NetworkInterfaces?.[0]).toMatchObject({
        InterfaceType: "vpc_endpoint",
        Description: `VPC Endpoint Interface ${endpoint.VpcEndpointId}`,
        Groups: [{ GroupId: consumerNetwork.securityGroupId }],
      });

      const resolver = new Resolver({ timeout: 1000, tries: 1 });
      resolver.setServers([emulator.dnsAddress]);
      const names = (endpoint.DnsEntries ?? []).map((entry) => given(entry.DnsName));
      expect(names.map((name) => name.replace(/^vpce-[0-9a-f]+-[0-9a-f]{8}/, ""))).toEqual([
        `.${serviceId}.eu-central-1.vpce.amazonaws.com`,
        `-eu-central-1a.${serviceId}.eu-central-1.vpce.amazonaws.com`,
        `-eu-central-1b.${serviceId}.eu-central-1.vpce.amazonaws.com`,
      ]);
      expect(await resolver.resolve4(given(names[0]))).toHaveLength(2);
      expect(await resolver.resolve4(given(names[1]))).toHaveLength(1);
    });

    test("takes one subnet an Availability Zone, only zones of the service", async () => {
      const { serviceName } = await createService();
      const [first] = consumerNetwork.subnetIds;
      await expect(createEndpoint(serviceName, { subnetIds: [first, first] })).rejects.toMatchObject({
        name: "DuplicateSubnetsInSameZone",
      });
      const single = await createNetwork(provider, "10.22.0.0/16");
      const oneZone = await createLoadBalancer(
        new ElasticLoadBalancingV2Client(settings),
        { ...single, subnetIds: [single.subnetIds[0]] as unknown as [string, string] },
        "one-zone",
        "network",
      );
      const { ServiceConfiguration } = await provider.send(
        new CreateVpcEndpointServiceConfigurationCommand({ NetworkLoadBalancerArns: [oneZone.arn] }),
      );
      await provider.send(
        new ModifyVpcEndpointServicePermissionsCommand({
          ServiceId: ServiceConfiguration?.ServiceId,
          AddAllowedPrincipals: ["*"],
        }),
      );
      const name = given(ServiceConfiguration?.ServiceName);
      await expect(createEndpoint(name)).rejects.toMatchObject({
        name: "InvalidParameter",
        message: `The VPC endpoint service ${name} does not support the availability zone of the subnet: ${consumerNetwork.subnetIds[1]}.`,
      });
    });

    test("finds AWS's own services", async () => {
      const name = "com.amazonaws.eu-central-1.ecr.dkr";
      const { ServiceDetails } = await consumer.send(new DescribeVpcEndpointServicesCommand({ ServiceNames: [name] }));
      expect(ServiceDetails).toMatchObject([
        {
          ServiceName: name,
          Owner: "amazon",
          AcceptanceRequired: false,
          PrivateDnsName: "dkr.ecr.eu-central-1.amazonaws.com",
        },
      ]);
    });

    test("to a service of AWS needs a service that exists", async () => {
      await expect(createEndpoint("com.amazonaws.eu-central-1.ecr-api")).rejects.toMatchObject({
        name: "InvalidServiceName",
      });
    });
  });

  describe("a private DNS name", () => {
    const configurationOf = async (serviceId: string) =>
      given(
        (await provider.send(new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [serviceId] })))
          .ServiceConfigurations?.[0]?.PrivateDnsNameConfiguration,
      );
    const verify = (ServiceId: string) =>
      provider.send(new StartVpcEndpointServicePrivateDnsVerificationCommand({ ServiceId }));

    test("is verified by a TXT record in a public zone, and then taken over by accepted endpoints only", async () => {
      const { serviceId, serviceName } = await createService({ privateDnsName: "app.example.com" });
      expect(await configurationOf(serviceId)).toMatchObject({ State: "pendingVerification", Type: "TXT" });
      await verify(serviceId);
      expect((await configurationOf(serviceId)).State).toBe("failed");

      const { Name, Value } = await configurationOf(serviceId);
      const route53 = new Route53Client(settings);
      const zone = await route53.send(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" }));
      await route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: zone.HostedZone?.Id,
          ChangeBatch: {
            Changes: [
              {
                Action: "CREATE",
                ResourceRecordSet: {
                  Name: `${Name}.example.com`,
                  Type: "TXT",
                  TTL: 60,
                  ResourceRecords: [{ Value: `"${Value}"` }],
                },
              },
            ],
          },
        }),
      );
      await verify(serviceId);
      expect((await configurationOf(serviceId)).State).toBe("verified");

      await expect(createEndpoint(serviceName, { privateDns: true })).rejects.toMatchObject({
        name: "InvalidParameter",
        message: expect.stringContaining("requires both enableDnsSupport and enableDnsHostnames"),
      });
      await consumer.send(
        new ModifyVpcAttributeCommand({ VpcId: consumerNetwork.vpcId, EnableDnsHostnames: { Value: true } }),
      );
      await expect(createEndpoint(serviceName, { privateDns: true })).rejects.toMatchObject({
        name: "InvalidParameter",
        message: `Private DNS can only be enabled after the endpoint connection is accepted by the owner of ${serviceName}.`,
      });

      const endpoint = await createEndpoint(serviceName);
      await decide(AcceptVpcEndpointConnectionsCommand, serviceId, endpoint.VpcEndpointId);
      await consumer.send(
        new ModifyVpcEndpointCommand({ VpcEndpointId: endpoint.VpcEndpointId, PrivateDnsEnabled: true }),
      );
      const { PrivateDnsEnabled, DnsEntries } = await endpointNow(endpoint.VpcEndpointId);
      expect(PrivateDnsEnabled).toBe(true);
      expect(DnsEntries?.map((entry) => entry.DnsName)).toContain("app.example.com");
    });

    test("is refused for a service that has none", async () => {
      const { serviceName } = await createService({ acceptance: false });
      await consumer.send(
        new ModifyVpcAttributeCommand({ VpcId: consumerNetwork.vpcId, EnableDnsHostnames: { Value: true } }),
      );
      await expect(createEndpoint(serviceName, { privateDns: true })).rejects.toMatchObject({
        name: "InvalidParameter",
        message: `Private DNS can't be enabled because the service ${serviceName} does not provide a private DNS name.`,
      });
    });
  });

  describe("a connection notification", () => {
    test("is created, described, modified and deleted", async () => {
      const { serviceId } = await createService();
      const topic = `arn:aws:sns:eu-central-1:${emulator.accountId}:connections`;
      const { ConnectionNotification } = await provider.send(
        new CreateVpcEndpointConnectionNotificationCommand({
          ServiceId: serviceId,
          ConnectionNotificationArn: topic,
          ConnectionEvents: ["Connect"],
        }),
      );
      const ConnectionNotificationId = given(ConnectionNotification?.ConnectionNotificationId);
      await provider.send(
        new ModifyVpcEndpointConnectionNotificationCommand({
          ConnectionNotificationId,
          ConnectionEvents: ["Accept", "Reject"],
        }),
      );
      const describeIt = () =>
        provider.send(new DescribeVpcEndpointConnectionNotificationsCommand({ ConnectionNotificationId }));
      expect((await describeIt()).ConnectionNotificationSet).toMatchObject([
        {
          ServiceId: serviceId,
          ConnectionNotificationType: "Topic",
          ConnectionNotificationArn: topic,
          ConnectionEvents: ["Accept", "Reject"],
          ConnectionNotificationState: "Enabled",
        },
      ]);
      await provider.send(
        new DeleteVpcEndpointConnectionNotificationsCommand({ ConnectionNotificationIds: [ConnectionNotificationId] }),
      );
      await expect(describeIt()).rejects.toMatchObject({ name: "InvalidConnectionNotification" });
    });
  });
}
