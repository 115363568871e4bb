import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const compute = (overrides: Block = {}) => synthesizeEnvironment(overrides)("compute");
const withImage = (image: Block) => ({ application: { image } });
const policy = (stack: ReturnType<typeof compute>, part: string): Block[] =>
  Object.entries(stack.data.aws_iam_policy_document ?? {})
    .filter(([name]) => name.includes(part))
    .flatMap(([, document]) => document.statement as Block[]);
const taskDefinition = (stack: ReturnType<typeof compute>, family: string): Block => {
  const found = resources(stack, "aws_ecs_task_definition").find(
    (task) => task.family === `private-app-test-${family}`,
  );
  if (!found) throw new Error(`no task definition ${family}`);
  return found;
};

describe("image", () => {
  test("repository: a tag never changes its image, pushes are scanned, old images go", () => {
    const stack = compute();
    expect(only(stack, "aws_ecr_repository")).toMatchObject({
      image_tag_mutability: "IMMUTABLE",
      image_scanning_configuration: { scan_on_push: true },
      encryption_configuration: [{ encryption_type: "KMS", kms_key: expect.any(String) }],
    });
    expect(only(stack, "aws_ecr_lifecycle_policy").policy).toContain("imageCountMoreThan");
  });

  test("build: pushed under a tag of its content, pulled by digest", () => {
    const stack = compute(withImage({ build: {} }));
    const image = only(stack, "docker_image");
    expect(image.name).toMatch(/:[0-9a-f]{40}$/);
    expect(image.build.context).toMatch(/^\$\{path\.module\}\/assets\//);
    expect(image.platform).toBe("linux/arm64");
    expect(only(stack, "docker_registry_image")).toMatchObject({ triggers: image.triggers, keep_remotely: true });
    expect(taskDefinition(stack, "app").container_definitions).toContain("sha256_digest");
  });

  test("build: the login reaches no state", () => {
    const stack = compute(withImage({ build: {} }));
    expect(stack.data.aws_ecr_authorization_token).toBeUndefined();
    const [docker] = stack.provider.docker ?? [];
    expect(docker?.registry_auth[0].password).toBeUndefined();
  });

  test("build with a token: an ephemeral variable", () => {
    const stack = compute(withImage({ build: { login: "token-variable" } }));
    expect(stack.variable?.ecr_token).toMatchObject({ ephemeral: true, sensitive: true });
    expect(stack.provider.docker?.[0]?.registry_auth[0].password).toBe("${var.ecr_token}");
  });

  test("uri: no Docker provider, so that no Docker engine is needed", () => {
    const stack = compute(withImage({ uri: "registry.example.com/team/app:1.2.3" }));
    expect(stack.provider.docker).toBeUndefined();
    expect(stack.terraform.required_providers.docker).toBeUndefined();
    expect(taskDefinition(stack, "app").container_definitions).toContain("registry.example.com/team/app:1.2.3");
    expect(policy(stack, "execution-role").map(({ sid }) => sid)).not.toContain("PullImage");
  });
});

describe("EC2 capacity", () => {
  test("instances join this cluster, and only this one", () => {
    const { user_data } = only(compute(), "aws_launch_template");
    expect(user_data).toContain("base64encode(");
    expect(user_data).toMatch(/ECS_CLUSTER=\$\{aws_ecs_cluster\.cluster/);
  });

  test("instances demand IMDSv2, keep their credentials from containers, and encrypt their volume", () => {
    const template = only(compute(), "aws_launch_template");
    expect(template.metadata_options).toMatchObject({ http_tokens: "required", http_put_response_hop_limit: 1 });
    expect(template.block_device_mappings[0].ebs).toMatchObject({ encrypted: "true", volume_type: "gp3" });
    expect(template.user_data).toContain("ECS_AWSVPC_BLOCK_IMDS=true");
  });

  test.each([
    ["ARM64", "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"],
    ["X86_64", "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"],
  ])("%s instances start from the ECS-optimized Amazon Linux 2023", (cpuArchitecture, name) => {
    const [parameter] = Object.values(compute({ compute: { cpuArchitecture } }).data.aws_ssm_parameter ?? {});
    expect(parameter?.name).toBe(name);
  });

  test("Auto Scaling group stands in the private subnets, protects instances with tasks, waits for the cluster", () => {
    const stack = compute();
    const group = only(stack, "aws_autoscaling_group");
    expect(group.vpc_zone_identifier).toHaveLength(3);
    for (const subnet of group.vpc_zone_identifier) expect(subnet).toContain("private-subnet");
    expect(group.protect_from_scale_in).toBe(true);
    expect(group.depends_on[0]).toMatch(/^aws_ecs_cluster\./);
    expect(only(stack, "aws_ecs_capacity_provider").auto_scaling_group_provider).toMatchObject({
      managed_termination_protection: "ENABLED",
      managed_draining: "ENABLED",
      managed_scaling: { status: "ENABLED", target_capacity: 100 },
    });
  });

  test("instances and volumes carry the tags that default tags do not reach", () => {
    const stack = compute({ tags: { owner: "platform" } });
    const specifications = only(stack, "aws_launch_template").tag_specifications as Block[];
    expect(specifications.map(({ resource_type }) => resource_type)).toEqual([
      "instance",
      "volume",
      "network-interface",
    ]);
    for (const { tags } of specifications) expect(tags).toMatchObject({ owner: "platform", environment: "test" });
    expect(only(stack, "aws_autoscaling_group").tag).toContainEqual({
      key: "owner",
      value: "platform",
      propagate_at_launch: true,
    });
  });

  test.each([
    ["development", true],
    ["production", false],
  ])("in %s, destroy may end protected instances: %s", (stage, forceDelete) => {
    expect(only(compute({ stage }), "aws_autoscaling_group").force_delete).toBe(forceDelete);
  });

  test("no SSH: nothing may connect to an instance", () => {
    const stack = compute();
    expect(only(stack, "aws_launch_template").key_name).toBeUndefined();
    const rules = resources(stack, "aws_vpc_security_group_ingress_rule");
    expect(rules.filter((rule) => rule.security_group_id.includes("ec2-capacity"))).toEqual([]);
  });
});

describe("Fargate", () => {
  const fargate = (spotSharePercent = 0) =>
    compute({ compute: { launchType: "FARGATE", fargate: { spotSharePercent } } });

  test("no instances, no launch template, no Auto Scaling group", () => {
    const stack = fargate();
    expect(stack.resource.aws_launch_template).toBeUndefined();
    expect(stack.resource.aws_autoscaling_group).toBeUndefined();
    expect(taskDefinition(stack, "app").requires_compatibilities).toEqual(["FARGATE"]);
    expect(only(stack, "aws_ecs_service").ordered_placement_strategy).toBeUndefined();
  });

  test("Spot takes its share, but never the last task", () => {
    expect(only(fargate(70), "aws_ecs_service").capacity_provider_strategy).toEqual([
      { capacity_provider: "FARGATE", base: 1, weight: 30 },
      { capacity_provider: "FARGATE_SPOT", weight: 70 },
    ]);
  });
});

test("a switch to Fargate keeps the instances if told so, and lets the service move in place", () => {
  const kept = compute({ compute: { launchType: "FARGATE", fargate: { keepInstances: true } } });
  expect(only(kept, "aws_ecs_cluster_capacity_providers").capacity_providers).toEqual([
    expect.stringContaining("aws_ecs_capacity_provider."),
    "FARGATE",
    "FARGATE_SPOT",
  ]);
  expect(resources(kept, "aws_autoscaling_group")).toHaveLength(1);
  expect(only(kept, "aws_ecs_service")).toMatchObject({
    capacity_provider_strategy: [{ capacity_provider: "FARGATE" }],
    force_new_deployment: true,
  });
});

describe("tasks", () => {
  test("run as non-root on a read-only root file system without capabilities", () => {
    const definition = taskDefinition(compute(), "app").container_definitions as string;
    expect(definition).toContain('"user" = "1000:1000"');
    expect(definition).toContain('"readonlyRootFilesystem" = true');
    expect(definition).toMatch(/"drop" = \["ALL"\]/);
  });

  test("mount the file system over TLS through the access point with their own identity", () => {
    expect(taskDefinition(compute(), "app").volume[0].efs_volume_configuration).toMatchObject({
      transit_encryption: "ENABLED",
      authorization_config: { iam: "ENABLED", access_point_id: expect.any(String) },
    });
  });

  test("get the password by reference, tied to its version, so that rotation rolls the service", () => {
    const definition = taskDefinition(compute(), "app").container_definitions as string;
    expect(definition).toMatch(
      /"name" = "DATABASE_PASSWORD", "valueFrom" = "\$\{.*secret.*\}:password::\$\{.*version.*\}"/,
    );
  });

  test("task role: own files and static assets, nothing else", () => {
    const statements = policy(compute(), "application-task_task-policy");
    expect(statements.map(({ sid }) => sid)).toEqual([
      "ListStaticAssets",
      "ReadStaticAssets",
      "DecryptStaticAssets",
      "MountFileSystem",
    ]);
    for (const { resources: allowed } of statements) expect(allowed).not.toContain("*");
  });

  test("execution role: this image, this log group, this secret", () => {
    for (const { actions, resources: allowed } of policy(compute(), "execution-role_policy")) {
      if (actions.includes("ecr:GetAuthorizationToken")) continue;
      expect(allowed).not.toContain("*");
    }
  });

  test("a shell needs executeCommand", () => {
    expect(only(compute(), "aws_ecs_service").enable_execute_command).toBe(false);
    const open = compute({ application: { image: { uri: "example.com/app:1" }, executeCommand: true } });
    expect(only(open, "aws_ecs_service").enable_execute_command).toBe(true);
    expect(policy(open, "application-task_task-policy").map(({ sid }) => sid)).toContain("ExecuteCommandChannels");
  });

  test("ECS Exec sessions are logged and encrypted in any case", () => {
    const { configuration } = only(compute(), "aws_ecs_cluster");
    expect(configuration.execute_command_configuration).toMatchObject({
      logging: "OVERRIDE",
      kms_key_id: expect.any(String),
      log_configuration: { cloud_watch_encryption_enabled: true },
    });
  });
});

describe("security groups", () => {
  const rulesOf = (stack: ReturnType<typeof compute>, direction: string, group: string) =>
    resources(stack, `aws_vpc_security_group_${direction}_rule`).filter((rule) =>
      rule.security_group_id.includes(group),
    );

  test("tasks accept traffic only from the ALB, on the container port", () => {
    const rules = rulesOf(compute(), "ingress", ".tasks-security-group");
    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({ from_port: 8080, to_port: 8080, ip_protocol: "tcp" });
    expect(rules[0]?.referenced_security_group_id).toContain("load-balancer");
  });

  test("tasks reach database, file system and AWS services", () => {
    const ports = rulesOf(
      compute({ network: { cidr: "10.20.0.0/16", natGateways: "none" } }),
      "egress",
      ".tasks-security-group",
    );
    expect(ports.map((rule) => rule.from_port).sort()).toEqual([2049, 443, 443, 5432]);
    expect(ports.filter((rule) => rule.cidr_ipv4)).toEqual([]);
  });

  test("data load reaches the database, but not the file system", () => {
    const ports = rulesOf(compute(), "egress", "data-load").map((rule) => rule.from_port);
    expect(ports).toContain(5432);
    expect(ports).not.toContain(2049);
  });

  test("data load calls AWS itself on Fargate only: on EC2 the instance's agents do", () => {
    const ports = (launchType: "EC2" | "FARGATE") =>
      rulesOf(compute({ compute: { launchType } }), "egress", "data-load").map((rule) => rule.from_port);
    expect(ports("EC2")).toEqual([5432]);
    expect(ports("FARGATE")).toContain(443);
  });

  test("nothing accepts connections from a range of addresses", () => {
    for (const rule of resources(compute(), "aws_vpc_security_group_ingress_rule")) {
      expect(rule.cidr_ipv4).toBeUndefined();
      expect(rule.referenced_security_group_id).toBeTruthy();
    }
  });
});

describe("load balancer", () => {
  test("is internal, protected, drops invalid headers and logs each request", () => {
    const stack = compute();
    expect(only(stack, "aws_lb")).toMatchObject({
      internal: true,
      load_balancer_type: "application",
      drop_invalid_header_fields: true,
      enable_deletion_protection: true,
      access_logs: { enabled: true },
    });
    expect(only(stack, "aws_lb").subnets).toHaveLength(3);
  });

  test("HTTP without certificate", () => {
    expect(only(compute(), "aws_lb_listener")).toMatchObject({ port: 80, protocol: "HTTP" });
  });

  test("HTTPS with certificate, TLS 1.2 or later", () => {
    const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";
    const stack = compute({ compute: { loadBalancer: { listeners: [{ port: 443, certificateArn }] } } });
    expect(only(stack, "aws_lb_listener")).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      certificate_arn: certificateArn,
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
  });

  test("only ELB's log delivery may write access logs", () => {
    const [write] = policy(compute(), "access-logs").filter(({ sid }) => sid === "LoadBalancerWrites");
    expect(write?.principals[0].identifiers).toEqual(["logdelivery.elasticloadbalancing.amazonaws.com"]);
  });
});

describe("service", () => {
  test("waits for the listener, rolls back what does not become healthy, spreads over zones", () => {
    const service = only(compute(), "aws_ecs_service");
    expect(service.depends_on).toEqual(expect.arrayContaining([expect.stringMatching(/^aws_lb_listener\./)]));
    expect(service).toMatchObject({
      deployment_circuit_breaker: { enable: true, rollback: true },
      availability_zone_rebalancing: "ENABLED",
      deployment_minimum_healthy_percent: 100,
      network_configuration: { assign_public_ip: false },
      propagate_tags: "SERVICE",
    });
    expect(service.ordered_placement_strategy[0]).toEqual({ type: "spread", field: "attribute:ecs.availability-zone" });
  });

  test("autoscaling holds the tasks between the bounds, and Terraform leaves its count alone", () => {
    const stack = compute({ application: { image: { uri: "example.com/app:1" }, minimumTasks: 3, maximumTasks: 9 } });
    expect(only(stack, "aws_appautoscaling_target")).toMatchObject({ min_capacity: 3, max_capacity: 9 });
    expect(only(stack, "aws_ecs_service").lifecycle.ignore_changes).toEqual(["desired_count"]);
  });
});

test("the data load's own role allows nothing", () => {
  const stack = compute();
  expect(policy(stack, "data-load_task-policy")).toEqual([]);
  expect(taskDefinition(stack, "data-load").volume).toBeUndefined();
  expect(stack.output.dataLoad?.value).toMatchObject({ capacityProvider: expect.any(String), containerName: "app" });
});
