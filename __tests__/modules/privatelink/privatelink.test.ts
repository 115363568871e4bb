import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const certificate = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";

const service = (privatelink: Block = {}, more: Block = {}) =>
  synthesizeEnvironment({ privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", ...privatelink }, ...more })(
    "privatelink-service",
  );

const twoAlbListeners = {
  compute: { loadBalancer: { listeners: [{ port: 80 }, { port: 443, certificateArn: certificate }] } },
};

describe("Network Load Balancer", () => {
  test("is internal, in every private subnet, and has a security group from the start", () => {
    const stack = service();
    const nlb = only(stack, "aws_lb");
    expect(nlb).toMatchObject({ load_balancer_type: "network", internal: true, name: "private-app-test-nlb" });
    expect(nlb.subnets).toHaveLength(3);
    const [group] = Object.keys(stack.resource.aws_security_group ?? {}).filter((id) => id.startsWith("network-load"));
    expect(nlb.security_groups).toEqual([`\${aws_security_group.${group}.id}`]);
  });

  test("enforcement off: PrivateLink traffic is not checked and nothing else is let in", () => {
    const stack = service();
    expect(only(stack, "aws_lb").enforce_security_group_inbound_rules_on_private_link_traffic).toBe("off");
    const into = resources(stack, "aws_vpc_security_group_ingress_rule");
    expect(into.map(({ description }) => description)).toEqual(["NLB of the endpoint service"]);
  });

  test("enforcement on: the consumers' ranges are let in, on the service's ports alone", () => {
    const stack = service(
      {
        enforceInboundRulesOnPrivateLinkTraffic: "on",
        consumerCidrs: ["10.0.0.0/8", "172.16.0.0/12"],
        listeners: [{ port: 80 }, { port: 8443, albListenerPort: 443 }],
      },
      twoAlbListeners,
    );
    expect(only(stack, "aws_lb").enforce_security_group_inbound_rules_on_private_link_traffic).toBe("on");
    const consumers = resources(stack, "aws_vpc_security_group_ingress_rule").filter((rule) => rule.cidr_ipv4);
    expect(consumers.map((rule) => `${rule.cidr_ipv4} ${rule.ip_protocol} ${rule.from_port}-${rule.to_port}`)).toEqual([
      "10.0.0.0/8 tcp 80-80",
      "10.0.0.0/8 tcp 8443-8443",
      "172.16.0.0/12 tcp 80-80",
      "172.16.0.0/12 tcp 8443-8443",
    ]);
  });

  test("enforcement on: IPv6 ranges are let in as such", () => {
    const stack = service(
      { enforceInboundRulesOnPrivateLinkTraffic: "on", consumerCidrs: ["2001:db8::/32"] },
      { network: { cidr: "10.20.0.0/16", ipAddressType: "dualstack" } },
    );
    const [rule] = resources(stack, "aws_vpc_security_group_ingress_rule").filter(({ cidr_ipv6 }) => cidr_ipv6);
    expect(rule).toMatchObject({ cidr_ipv6: "2001:db8::/32", from_port: 80 });
    expect(rule?.cidr_ipv4).toBeUndefined();
  });

  test("reaches the ALB's listener ports and nothing else, and the ALB lets it in on these", () => {
    const stack = service({}, twoAlbListeners);
    const out = resources(stack, "aws_vpc_security_group_egress_rule");
    expect(out.map((rule) => rule.from_port)).toEqual([443, 80]);
    for (const rule of out) expect(rule.referenced_security_group_id).toContain("load-balancer_security-group");
    const intoAlb = resources(stack, "aws_vpc_security_group_ingress_rule");
    expect(intoAlb.map((rule) => rule.from_port)).toEqual([443, 80]);
    for (const [index, rule] of intoAlb.entries()) {
      expect(rule.security_group_id).toBe(out[index]?.referenced_security_group_id);
      expect(rule.referenced_security_group_id).toBe(out[index]?.security_group_id);
    }
  });

  test("an ALB port that two listeners lead to is opened once", () => {
    const stack = service({ listeners: [{ port: 80 }, { port: 8080, albListenerPort: 80 }] });
    expect(resources(stack, "aws_vpc_security_group_egress_rule")).toHaveLength(1);
    expect(resources(stack, "aws_lb_target_group")).toHaveLength(2);
  });

  test("options reach it", () => {
    const stack = service(
      { crossZoneLoadBalancing: true, deletionProtection: false, tcpIdleTimeoutSeconds: 600 },
      { network: { cidr: "10.20.0.0/16", ipAddressType: "dualstack" } },
    );
    expect(only(stack, "aws_lb")).toMatchObject({
      enable_cross_zone_load_balancing: true,
      enable_deletion_protection: false,
      ip_address_type: "dualstack",
    });
    expect(only(stack, "aws_lb_listener").tcp_idle_timeout_seconds).toBe(600);
  });

  test("is protected against deletion by default", () => {
    expect(only(service(), "aws_lb").enable_deletion_protection).toBe(true);
  });

  test("names stay within 32 characters with the longest prefix and port", () => {
    const stack = service({ listeners: [{ port: 65535, albListenerPort: 80 }] }, { project: "private-app-12" });
    expect(only(stack, "aws_lb_target_group").name.length).toBeLessThanOrEqual(32);
  });
});

describe("target groups in ip-sync mode", () => {
  test("hold addresses, checked by HTTP on the application's health path", () => {
    const group = only(
      service({}, { application: { image: { uri: "r.example/a:1" }, healthCheckPath: "/up" } }),
      "aws_lb_target_group",
    );
    expect(group).toMatchObject({
      target_type: "ip",
      protocol: "TCP",
      port: 80,
      preserve_client_ip: "false",
      proxy_protocol_v2: false,
      connection_termination: true,
    });
    expect(group.health_check).toMatchObject({ protocol: "HTTP", path: "/up", port: "traffic-port", matcher: "200" });
  });

  test("an HTTPS listener of the ALB is checked by HTTPS", () => {
    const groups = resources(service({}, twoAlbListeners), "aws_lb_target_group");
    expect(groups.map(({ port, health_check }) => [port, health_check.protocol])).toEqual(
      expect.arrayContaining([
        [80, "HTTP"],
        [443, "HTTPS"],
      ]),
    );
  });

  test("a TCP check has no path", () => {
    const group = only(service({ targetGroup: { healthCheckProtocol: "TCP" } }), "aws_lb_target_group");
    expect(group.health_check.protocol).toBe("TCP");
    expect(group.health_check.path).toBeUndefined();
    expect(group.health_check.matcher).toBeUndefined();
  });

  test("a deregistration delay is passed on where one is given", () => {
    const group = (delay?: number) =>
      only(service({ targetGroup: { deregistrationDelaySeconds: delay } }), "aws_lb_target_group").deregistration_delay;
    expect(group(0)).toBe("0");
    expect(group()).toBeUndefined();
  });

  test("a replaced group gets another name and is there before the old one goes", () => {
    const before = only(service(), "aws_lb_target_group");
    const after = only(service({ albTargetMode: "alb-target" }), "aws_lb_target_group");
    expect(after.name).not.toBe(before.name);
    expect(after.lifecycle.create_before_destroy).toBe(true);
  });

  test("the sync Lambda serves every target group, with the ALB port of each", () => {
    const stack = service({}, twoAlbListeners);
    const { MAPPINGS } = only(stack, "aws_lambda_function").environment.variables;
    for (const [id, group] of Object.entries(stack.resource.aws_lb_target_group ?? {})) {
      expect(MAPPINGS).toContain(`"listenerPort" = ${group.port}, "targetGroupArn" = aws_lb_target_group.${id}.arn`);
    }
  });
});

test("a listener waits for the first targets of its own target group", () => {
  const stack = service({}, twoAlbListeners);
  const fills = stack.resource.aws_lambda_invocation ?? {};
  const listeners = Object.values(stack.resource.aws_lb_listener ?? {});
  expect(listeners.length).toBeGreaterThan(1);
  for (const { default_action, depends_on } of listeners) {
    const group = /aws_lb_target_group\.([^.]+)\.arn/.exec(default_action[0].target_group_arn)?.[1];
    const waitsFor = (depends_on as string[]).map(
      (name) => fills[/aws_lambda_invocation\.([\w-]+)/.exec(name)?.[1] ?? ""]?.input,
    );
    expect(waitsFor).toEqual([expect.stringContaining(`aws_lb_target_group.${group}.arn`)]);
  }
});

describe("alb-target mode", () => {
  test("the ALB itself is the target; no Lambda, no attributes that such a group does not have", () => {
    const stack = service({ albTargetMode: "alb-target" });
    const group = only(stack, "aws_lb_target_group");
    expect(group).toMatchObject({ target_type: "alb", protocol: "TCP", port: 80 });
    for (const attribute of [
      "preserve_client_ip",
      "proxy_protocol_v2",
      "connection_termination",
      "deregistration_delay",
    ]) {
      expect(group[attribute]).toBeUndefined();
    }
    expect(stack.resource.aws_lambda_invocation).toBeUndefined();
    expect(only(stack, "aws_lb_target_group_attachment")).toMatchObject({
      port: 80,
      target_id: expect.stringContaining("aws_lbload-balancer"),
    });
    expect(stack.resource.aws_lambda_function).toBeUndefined();
  });
});

describe("TLS on the NLB", () => {
  const tls = (listener: Block, more: Block = {}) =>
    service({ listeners: [{ port: 443, certificateArn: certificate, ...listener }] }, more);

  test("ends at the NLB, with a policy of TLS 1.2 and 1.3; the idle timeout of TCP is not asked for", () => {
    const listener = only(tls({ albListenerPort: 80 }), "aws_lb_listener");
    expect(listener).toMatchObject({
      port: 443,
      protocol: "TLS",
      certificate_arn: certificate,
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
    expect(listener.tcp_idle_timeout_seconds).toBeUndefined();
  });

  test("continues as plain TCP to an HTTP listener, as TLS to an HTTPS listener", () => {
    expect(only(tls({ albListenerPort: 80 }), "aws_lb_target_group").protocol).toBe("TCP");
    expect(only(tls({}, twoAlbListeners), "aws_lb_target_group").protocol).toBe("TLS");
  });
});

describe("endpoint service", () => {
  test("acceptance is required unless it is turned off", () => {
    expect(only(service(), "aws_vpc_endpoint_service").acceptance_required).toBe(true);
    expect(only(service({ acceptanceRequired: false }), "aws_vpc_endpoint_service").acceptance_required).toBe(false);
  });

  test("principals are resources of their own, one each; the service itself lists none", () => {
    const principals = ["arn:aws:iam::444455556666:root", "arn:aws:iam::444455556666:role/deploy"];
    const stack = service({ allowedPrincipals: principals });
    const allowed = resources(stack, "aws_vpc_endpoint_service_allowed_principal");
    expect(allowed.map(({ principal_arn }) => principal_arn).sort()).toEqual([...principals].sort());
    expect(only(stack, "aws_vpc_endpoint_service").allowed_principals).toBeUndefined();
  });

  test("removing a principal says in the plan that its connections stay, and how to end them", () => {
    const { value } = service({ allowedPrincipals: ["arn:aws:iam::444455556666:root"] }).output.allowedPrincipals ?? {};
    expect(value).toContain("arn:aws:iam::444455556666:root");
    expect(value).toContain("npx ecs-privatelink connections --env test reject");
  });

  test("listed endpoints are accepted", () => {
    const stack = service({ acceptedEndpointIds: ["vpce-0123456789abcdef0"] });
    expect(only(stack, "aws_vpc_endpoint_connection_accepter")).toMatchObject({
      vpc_endpoint_id: "vpce-0123456789abcdef0",
      vpc_endpoint_service_id: expect.stringContaining("aws_vpc_endpoint_service."),
    });
  });

  test("supported Regions hold the service's own", () => {
    expect(only(service(), "aws_vpc_endpoint_service").supported_regions).toBeUndefined();
    expect(only(service({ supportedRegions: ["us-east-1"] }), "aws_vpc_endpoint_service").supported_regions).toEqual([
      "eu-central-1",
      "us-east-1",
    ]);
  });

  test("further Regions that are taken away are closed, and never left open in silence", () => {
    // The provider keeps what AWS has where the argument is missing: an empty list has to be written.
    expect(only(service({ supportedRegions: [] }), "aws_vpc_endpoint_service").supported_regions).toEqual([
      "eu-central-1",
    ]);
    const [condition] = only(service(), "aws_vpc_endpoint_service").lifecycle.postcondition;
    expect(condition.condition).toContain('setsubtract(coalesce(self.supported_regions, []), ["eu-central-1"])');
    expect(condition.error_message).toContain("write privatelink.supportedRegions: []");
  });

  test("dual stack: IPv6 endpoints are taken, the NLB speaks IPv4 to the ALB's addresses, as the Lambda registers them", () => {
    const stack = service({}, { network: { cidr: "10.20.0.0/16", ipAddressType: "dualstack" } });
    expect(only(stack, "aws_lb").ip_address_type).toBe("dualstack");
    // Client addresses are not preserved: only so may an IPv6 client reach an IPv4 target.
    expect(only(stack, "aws_lb_target_group")).toMatchObject({ ip_address_type: "ipv4", preserve_client_ip: "false" });
    const { environment } = only(stack, "aws_lambda_function");
    expect(JSON.stringify(environment)).not.toContain("ipv6");
  });

  test("address types follow the network", () => {
    const types = (more: Block = {}) => only(service({}, more), "aws_vpc_endpoint_service").supported_ip_address_types;
    expect(types()).toEqual(["ipv4"]);
    const dualstack = { network: { cidr: "10.20.0.0/16", ipAddressType: "dualstack" } };
    expect(types(dualstack)).toEqual(["ipv4", "ipv6"]);
    // For the invitation; a service with IPv4 alone says nothing of it.
    expect(service({}, dualstack).output.supportedIpAddressTypes?.value).toEqual(["ipv4", "ipv6"]);
    expect(service().output.supportedIpAddressTypes).toBeUndefined();
  });

  test("outputs tell a consumer what is needed", () => {
    const { output } = service();
    expect(output.region?.value).toBe("eu-central-1");
    expect(output.ports?.value).toEqual([80]);
    expect(output.acceptanceRequired?.value).toBe(true);
    expect(output.serviceName?.value).toContain(".service_name");
    expect(output.serviceId?.value).toContain(".id");
    expect(output.availabilityZoneIds?.value).toHaveLength(3);
  });
});

describe("private DNS name", () => {
  test("with a public zone: record, then verification that waits", () => {
    const stack = service({ privateDns: { name: "app.example.com", publicZoneId: "Z0123456789ABC" } });
    const [endpointService] = Object.keys(stack.resource.aws_vpc_endpoint_service ?? {});
    const challenge = `aws_vpc_endpoint_service.${endpointService}.private_dns_name_configuration[0]`;
    expect(only(stack, "aws_vpc_endpoint_service").private_dns_name).toBe("app.example.com");
    expect(only(stack, "aws_route53_record")).toMatchObject({
      zone_id: "Z0123456789ABC",
      type: "TXT",
      name: `\${try(${challenge}.name, "unknown")}.app.example.com`,
      records: [`\${try(${challenge}.value, "unknown")}`],
    });
    expect(only(stack, "aws_vpc_endpoint_service_private_dns_verification")).toMatchObject({
      wait_for_verification: true,
      depends_on: [expect.stringContaining("aws_route53_record.")],
      // Another name has another record, and AWS looks for it only when it is asked again.
      lifecycle: { replace_triggered_by: [expect.stringMatching(/^aws_route53_record\.[\w-]+$/)] },
    });
  });

  test("a service that exists without a name is told what comes first", () => {
    const stack = service({ privateDns: { name: "app.example.com", publicZoneId: "Z0123456789ABC" } });
    const [condition] = only(stack, "aws_route53_record").lifecycle.precondition;
    expect(condition.condition).toMatch(/length\(.*private_dns_name_configuration\) > 0/);
    expect(condition.error_message).toMatch(/terraform apply -target=aws_vpc_endpoint_service\.\S+ in this directory/);
  });

  test("without one: the record to create elsewhere is an output that says what comes next", () => {
    const stack = service({
      privateDns: { name: "app.example.com", acknowledgeExternalTxtRecord: "the zone is at another provider" },
    });
    expect(stack.resource.aws_route53_record).toBeUndefined();
    expect(stack.resource.aws_vpc_endpoint_service_private_dns_verification).toBeUndefined();
    expect(stack.output.privateDnsVerificationRecord).toMatchObject({
      value: { type: "TXT", name: expect.stringContaining(".app.example.com") },
      description: expect.stringContaining("start-vpc-endpoint-service-private-dns-verification"),
    });
  });
});

describe("connection notifications", () => {
  test("go to the topic, once its policy lets them", () => {
    const stack = service({ connectionEvents: ["Connect", "Delete"] });
    const notification = only(stack, "aws_vpc_endpoint_connection_notification");
    expect(notification.connection_events).toEqual(["Connect", "Delete"]);
    expect(notification.connection_notification_arn).toContain("aws_sns_topic.");
    expect(notification.depends_on).toEqual([expect.stringContaining("aws_sns_topic_policy.")]);
  });

  test("can be left out", () => {
    expect(service({ connectionEvents: [] }).resource.aws_vpc_endpoint_connection_notification).toBeUndefined();
  });
});

test("principals that differ in punctuation alone are resources of their own", () => {
  const allowedPrincipals = ["a+b", "a-b", "a=b"].map((role) => `arn:aws:iam::444455556666:role/${role}`);
  const stack = synthesizeEnvironment({
    privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", allowedPrincipals },
  })("privatelink-service");
  const made = Object.values(stack.resource.aws_vpc_endpoint_service_allowed_principal ?? {});
  expect(made.map((block) => block.principal_arn).sort()).toEqual([...allowedPrincipals].sort());
});
