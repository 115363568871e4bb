import { CreateSubnetCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";

import {
  type Context,
  createLoadBalancer,
  createNetwork,
  given,
  region,
  type SmallLoadBalancer,
  type SmallNetwork,
} from "../network";

export function elasticLoadBalancing(context: () => Context): void {
  let elb: ElasticLoadBalancingV2Client;
  let network: SmallNetwork;
  let alb: SmallLoadBalancer;
  let nlb: SmallLoadBalancer;
  let TargetGroupArn: string;

  beforeAll(async () => {
    elb = new ElasticLoadBalancingV2Client(context().settings);
    network = await createNetwork(new EC2Client(context().settings), "10.66.0.0/16");
    alb = await createLoadBalancer(elb, network, "inner", "application");
    nlb = await createLoadBalancer(elb, network, "outer", "network");
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: "nodes-of-inner",
        Protocol: "TCP",
        Port: 80,
        TargetType: "ip",
        VpcId: network.vpcId,
      }),
    );
    TargetGroupArn = given(TargetGroups?.[0]?.TargetGroupArn);
  });

  const describeBalancer = async (arn: string) =>
    given((await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }))).LoadBalancers?.[0]);
  const health = async () =>
    Object.fromEntries(
      ((await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }))).TargetHealthDescriptions ?? []).map(
        ({ Target, TargetHealth }) => [`${Target?.Id}:${Target?.Port}`, TargetHealth?.State],
      ),
    );
  const nodes = async () => (await context().emulator.listNodes(alb.arn)).map((node) => node.address);
  const register = (...addresses: string[]) =>
    elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: addresses.map((Id) => ({ Id })) }));

  test("a listener of the ALB remains as long as its port is a target of the NLB", async () => {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: "inner-itself",
        Protocol: "TCP",
        Port: 8088,
        TargetType: "alb",
        VpcId: network.vpcId,
      }),
    );
    const group = given(TargetGroups?.[0]?.TargetGroupArn);
    const target = { TargetGroupArn: group, Targets: [{ Id: alb.arn, Port: 8088 }] };
    await expect(elb.send(new RegisterTargetsCommand(target))).rejects.toMatchObject({
      name: "InvalidTargetException",
    });
    const { Listeners } = await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: alb.arn,
        Protocol: "HTTP",
        Port: 8088,
        DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
      }),
    );
    await elb.send(new RegisterTargetsCommand(target));
    const remove = () => elb.send(new DeleteListenerCommand({ ListenerArn: given(Listeners?.[0]?.ListenerArn) }));
    await expect(remove()).rejects.toMatchObject({
      name: "ResourceInUseException",
      message: expect.stringContaining("Listener port '8088' is in use by registered target"),
    });
    await elb.send(new DeregisterTargetsCommand(target));
    await remove();
  });

  test("a rule decides about the requests that meet its conditions, and the default action about the others", async () => {
    const { Listeners } = await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: alb.arn,
        Protocol: "HTTP",
        Port: 8089,
        DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
      }),
    );
    const ListenerArn = given(Listeners?.[0]?.ListenerArn);
    await elb.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority: 7,
        Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["/old/*"] } }],
        Actions: [{ Type: "redirect", RedirectConfig: { Path: "/new", StatusCode: "HTTP_302" } }],
      }),
    );
    const ask = (path: string) =>
      context().emulator.routeRequest({ loadBalancerArn: alb.arn, port: 8089, host: "a.example.com", path });
    expect(await ask("/old/1")).toMatchObject({ priority: 7, status: 302, location: "http://a.example.com:8089/new" });
    expect(await ask("/older")).toEqual({ priority: "default", action: "fixed-response", status: 404 });
    await elb.send(new DeleteListenerCommand({ ListenerArn }));
    await expect(ask("/")).rejects.toThrow("emulator: inner has no listener on port 8089");
  });

  test("names and ARNs have AWS's form", async () => {
    expect(alb.dnsName).toMatch(/^internal-inner-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
    expect(alb.arn).toMatch(/:loadbalancer\/app\/inner\/[0-9a-f]{16}$/);
    expect(nlb.dnsName).toMatch(/^outer-[0-9a-f]{16}\.elb\.eu-central-1\.amazonaws\.com$/);
    expect(nlb.arn).toMatch(/:loadbalancer\/net\/outer\/[0-9a-f]{16}$/);
  });

  test("a name is used once", async () => {
    await expect(createLoadBalancer(elb, network, "inner", "application")).rejects.toMatchObject({
      name: "DuplicateLoadBalancerNameException",
    });
  });

  test("enforcement on PrivateLink traffic is on by default, and what it is set to", async () => {
    const enforcement = async () =>
      (await describeBalancer(nlb.arn)).EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
    expect(await enforcement()).toBe("on");
    await elb.send(
      new SetSecurityGroupsCommand({
        LoadBalancerArn: nlb.arn,
        SecurityGroups: [network.securityGroupId],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off",
      }),
    );
    expect(await enforcement()).toBe("off");
  });

  test("a network load balancer that was created without security groups never gets one", async () => {
    const bare = await createLoadBalancer(elb, { ...network, securityGroupId: "" }, "bare", "network");
    await expect(
      elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: bare.arn, SecurityGroups: [network.securityGroupId] })),
    ).rejects.toMatchObject({ name: "InvalidConfigurationRequestException" });
  });

  test("targets are unused without a listener; then healthy where something answers, unhealthy elsewhere", async () => {
    const [first = ""] = await nodes();
    await register(first, "10.66.0.250");
    expect(await health()).toEqual({ [`${first}:80`]: "unused", "10.66.0.250:80": "unused" });
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: nlb.arn,
        Protocol: "TCP",
        Port: 80,
        DefaultActions: [{ Type: "forward", TargetGroupArn }],
      }),
    );
    expect(await health()).toEqual({ [`${first}:80`]: "healthy", "10.66.0.250:80": "unhealthy" });
  });

  test("a listener takes a certificate that the account has had all along, and no other", async () => {
    const listener = (id: string) =>
      elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: nlb.arn,
          Protocol: "TLS",
          Port: 8443,
          Certificates: [{ CertificateArn: `arn:aws:acm:${region}:123456789012:certificate/${id}` }],
          DefaultActions: [{ Type: "forward", TargetGroupArn: tlsGroupArn }],
        }),
      );
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({ Name: "tls", Protocol: "TLS", Port: 443, TargetType: "ip", VpcId: network.vpcId }),
    );
    const tlsGroupArn = given(TargetGroups?.[0]?.TargetGroupArn);
    await expect(listener("00000000-0000-4000-8000-00000000000a")).rejects.toMatchObject({
      name: "CertificateNotFoundException",
    });
    const arn = `arn:aws:acm:${region}:123456789012:certificate/00000000-0000-4000-8000-00000000000b`;
    await context().emulator.giveCertificate({ arn, domainName: "app.example.com" });
    const { Listeners } = await listener("00000000-0000-4000-8000-00000000000b");
    expect(Listeners?.[0]?.Certificates?.[0]?.CertificateArn).toBe(arn);
    await elb.send(new DeleteListenerCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
    await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: tlsGroupArn }));
  });

  test("the control API decides about health until it is told no more", async () => {
    const [first = ""] = await nodes();
    await context().emulator.setTargetHealth(TargetGroupArn, first, {
      state: "initial",
      reason: "Elb.InitialHealthChecking",
    });
    expect((await health())[`${first}:80`]).toBe("initial");
    await context().emulator.setTargetHealth(TargetGroupArn, first, undefined);
    expect((await health())[`${first}:80`]).toBe("healthy");
  });

  test("a deregistered target drains for the delay, is registered again at once, and then is gone", async () => {
    const [first = ""] = await nodes();
    await elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "60" }],
      }),
    );
    const deregister = () => elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: first }] }));
    await deregister();
    expect((await health())[`${first}:80`]).toBe("draining");
    await register(first);
    expect((await health())[`${first}:80`]).toBe("healthy");
    await deregister();
    await context().emulator.advanceClock(61);
    expect(await health()).not.toHaveProperty([`${first}:80`]);
    // a target that is not registered is no error
    await expect(deregister()).resolves.toBeDefined();
  });

  test("nodes follow the load balancer's subnets", async () => {
    const ec2 = new EC2Client(context().settings);
    const moving = await createNetwork(ec2, "10.67.0.0/16");
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: moving.vpcId, CidrBlock: "10.67.2.0/24", AvailabilityZone: "eu-central-1c" }),
    );
    const balancer = await createLoadBalancer(elb, moving, "moving", "application");
    const subnets = [moving.subnetIds[1], given(Subnet?.SubnetId)];
    await elb.send(new SetSubnetsCommand({ LoadBalancerArn: balancer.arn, Subnets: subnets }));
    const nodesAfter = await context().emulator.listNodes(balancer.arn);
    expect(nodesAfter.map((node) => node.subnetId)).toEqual(subnets);
  });
}
