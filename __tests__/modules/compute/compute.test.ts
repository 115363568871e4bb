import { type Block, only, resources, synthesizeEnvironment } from "../../synth";
import { verifiedAndLimited } from "../verified-clients";

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
  test("repository: an earlier image can be pushed again, pushes are scanned, old images go", () => {
    const stack = compute();
    expect(only(stack, "aws_ecr_repository")).toMatchObject({
      image_tag_mutability: "MUTABLE",
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

  test("parameter: read by the plan, which refuses all but a digest of the repository that tasks may pull from", () => {
    const repository = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/team/app";
    const stack = compute(withImage({ parameter: { name: "/dev/image", repository } }));
    const parameter = Object.values(stack.data.aws_ssm_parameter ?? {}).find(({ name }) => name === "/dev/image");
    expect(parameter?.with_decryption).toBe(false);
    expect(parameter?.lifecycle.postcondition[0].condition).toContain(
      `trimprefix(self.insecure_value, "${repository}@")`,
    );
    expect(taskDefinition(stack, "app").container_definitions).toMatch(
      /data\.aws_ssm_parameter\.[\w-]+\.insecure_value/,
    );
    expect(taskDefinition(stack, "data-load").container_definitions).toContain("insecure_value");
    const pull = policy(stack, "execution-role").find(({ sid }) => sid === "PullImage");
    expect(pull?.resources).toEqual(["arn:aws:ecr:eu-central-1:111122223333:repository/team/app"]);
  });

  test.each([
    ["111122223333.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1"],
    ["111122223333.dkr-ecr.eu-central-1.on.aws", "eu-central-1"],
  ])("uri on %s: tasks may pull from that repository", (host, region) => {
    const pull = policy(compute(withImage({ uri: `${host}/team/app:1` })), "execution-role").find(
      ({ sid }) => sid === "PullImage",
    );
    expect(pull?.resources).toEqual([`arn:aws:ecr:${region}:111122223333:repository/team/app`]);
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

  test("instances need no answer of Amazon EC2 to register, and clean up images that they no longer need", () => {
    const { user_data } = only(compute({ tags: { owner: "platform team" } }), "aws_launch_template");
    expect(user_data).not.toContain("PROPAGATE_TAGS_FROM");
    expect(user_data).toMatch(/ECS_CONTAINER_INSTANCE_TAGS=\$\{jsonencode\(.*"owner" = "platform team".*\)\}/);
    expect(user_data).toContain("ECS_IMAGE_PULL_BEHAVIOR=once");
  });

  test.each([
    ["ARM64", "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"],
    ["X86_64", "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"],
  ])("%s instances start from the ECS-optimized Amazon Linux 2023", (cpuArchitecture, name) => {
    const [parameter] = Object.values(compute({ compute: { cpuArchitecture } }).data.aws_ssm_parameter ?? {});
    expect(parameter?.name).toBe(name);
  });

  test.each([
    ["ARM64", "arm64/al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-arm64/image_id"],
    ["X86_64", "al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-x86_64/image_id"],
  ])("%s instances stay on the AMI that is named", (cpuArchitecture, name) => {
    const instanceType = cpuArchitecture === "ARM64" ? "t4g.medium" : "t3.medium";
    const stack = compute({
      compute: {
        cpuArchitecture: cpuArchitecture as "ARM64" | "X86_64",
        ec2: { instanceType, amiVersion: "2023.0.20251108" },
      },
    });
    const [parameter] = Object.values(stack.data.aws_ssm_parameter ?? {});
    expect(parameter?.name).toBe(`/aws/service/ecs/optimized-ami/amazon-linux-2023/${name}`);
  });

  test("instances are replaced a tenth at a time, new ones before old ones", () => {
    expect(only(compute(), "aws_autoscaling_group").instance_refresh.preferences).toMatchObject({
      min_healthy_percentage: 100,
      max_healthy_percentage: 110,
    });
  });

  test("the capacity provider is there before an instance can register: nothing waits for instances in between", () => {
    expect(only(compute(), "aws_autoscaling_group").wait_for_capacity_timeout).toBe("0");
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

  test.each([0, 50, 99, 100])(
    "one task runs on plain Fargate with %s %% of Spot: a weight of 0 places none",
    (share) => {
      const [plain] = only(fargate(share), "aws_ecs_service").capacity_provider_strategy;
      expect(plain).toMatchObject({ capacity_provider: "FARGATE", base: 1 });
      expect(plain.weight).toBeGreaterThan(0);
    },
  );
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

  test("run an image of any kind: user, folders in memory, limits, own command, no check", () => {
    const any = compute({
      application: {
        image: { uri: "example.com/app:1" },
        user: "nginx:101",
        readOnlyRootFilesystem: false,
        writableFolders: { "/tmp": 64 },
        entryPoint: ["/entry"],
        command: ["serve", "--port=8080"],
        healthCheckCommand: "none",
        ulimits: { nofile: { soft: 1024, hard: 65536 } },
      },
    });
    const definition: string = taskDefinition(any, "app").container_definitions;
    expect(definition).toContain('"user" = "nginx:101"');
    expect(definition).toContain('"readonlyRootFilesystem" = false');
    expect(definition).toContain(
      '"containerPath" = "/tmp", "size" = 64, "mountOptions" = ["rw", "nosuid", "nodev", "mode=1777"]',
    );
    expect(definition).toContain('"entryPoint" = ["/entry"], "command" = ["serve", "--port=8080"]');
    expect(definition).toContain('"ulimits" = [{"name" = "nofile", "softLimit" = 1024, "hardLimit" = 65536}]');
    expect(definition).not.toContain("healthCheck");
    expect(definition).not.toContain("systemControls");
    const dataLoad: string = taskDefinition(any, "data-load").container_definitions;
    expect(dataLoad).toContain('"user" = "nginx:101"');
    expect(dataLoad).toContain('"containerPath" = "/tmp"');
    expect(dataLoad).not.toContain("/entry");
  });

  test("open a port below 1024 as any user", () => {
    const definition = taskDefinition(
      compute({ application: { image: { uri: "example.com/app:1" }, containerPort: 80 } }),
      "app",
    );
    expect(definition.container_definitions).toContain(
      '"systemControls" = [{"namespace" = "net.ipv4.ip_unprivileged_port_start", "value" = "0"}]',
    );
  });

  test("with a writable root file system, ECS Exec's agent needs no volumes", () => {
    const image = { uri: "example.com/app:1" };
    const open = compute({ application: { image, executeCommand: true, readOnlyRootFilesystem: false } });
    expect(taskDefinition(open, "app").volume.map(({ name }: Block) => name)).toEqual(["files"]);
  });

  describe("secrets of the file", () => {
    const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/stripe-AbCdEf";
    const key = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012";
    const stack = () =>
      compute({
        application: {
          image: { uri: "example.com/app:1" },
          secrets: {
            STRIPE_KEY: { secretsManager: secret, jsonKey: "key" },
            STRIPE: { secretsManager: secret },
            ABC_TOKEN: { parameter: "/prod/app/token" },
          },
          secretsVersion: 4,
          secretsKmsKeyArns: [key],
        },
      });

    test("are put in by ECS, in the order in which it returns them; a raised version rolls the tasks", () => {
      const definition: string = taskDefinition(stack(), "app").container_definitions;
      const names = [...definition.matchAll(/"name" = "([A-Z_]+)", "valueFrom"/g)].map(([, name]) => name);
      expect(names).toEqual(["ABC_TOKEN", "DATABASE_PASSWORD", "DATABASE_USERNAME", "STRIPE", "STRIPE_KEY"]);
      expect(definition).toContain(`"valueFrom" = "${secret}:key::"`);
      expect(definition).toContain(`"valueFrom" = "${secret}"`);
      expect(definition).toContain('"valueFrom" = "arn:aws:ssm:eu-central-1:111122223333:parameter/prod/app/token"');
      expect(definition).toContain('"name" = "SECRETS_VERSION", "value" = "4"');
    });

    test("are read with rights on exactly these, and only of ECS", () => {
      const bySid = Object.fromEntries(
        policy(stack(), "application-task_execution-role").map(({ sid, ...statement }) => [sid, statement]),
      );
      expect(bySid.ReadSecrets).toEqual({ actions: ["secretsmanager:GetSecretValue"], resources: [secret] });
      expect(bySid.ReadParameters?.resources).toEqual([expect.stringMatching(/:parameter\/prod\/app\/token$/)]);
      expect(bySid.DecryptSecrets).toMatchObject({ actions: ["kms:Decrypt"], resources: [key] });
      expect(JSON.stringify(policy(stack(), "task-policy"))).not.toContain("secretsmanager");
    });

    test("do not reach the data load", () => {
      const dataLoad: string = taskDefinition(stack(), "data-load").container_definitions;
      expect(dataLoad).not.toMatch(/STRIPE|TOKEN|SECRETS_VERSION/);
      expect(JSON.stringify(policy(stack(), "data-load_execution-role"))).not.toContain("stripe");
    });
  });

  describe("images of other registries", () => {
    const credentialsSecretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:registry-AbCdEf";
    const credentialsSecretKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012";
    const cache = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/quay/team/proxy";
    const stack = () =>
      compute({
        application: {
          image: { uri: "registry.example.com/app:1", credentialsSecretArn, credentialsSecretKeyArn },
          sidecars: { proxy: { image: `${cache}:1`, memoryMib: 64, pullThroughCache: true } },
        },
        workers: {
          mail: {
            image: { uri: "registry.example.com/mail:1", credentialsSecretArn },
            queue: { create: {} },
            scale: { secondsPerMessage: 1 },
          },
        },
        jobs: { nightly: { command: ["report"] }, own: { command: ["report"], image: { uri: "example.com/own:1" } } },
      });
    const pulledWith = `"repositoryCredentials" = {"credentialsParameter" = "${credentialsSecretArn}"}`;
    const definitionOf = (name: string): string => taskDefinition(stack(), name).container_definitions;

    test("ECS gets their credentials, for the data load and jobs that run the same image also", () => {
      for (const name of ["app", "data-load", "worker-mail", "job-nightly"]) {
        expect(definitionOf(name)).toContain(pulledWith);
      }
      expect(definitionOf("job-own")).not.toContain("repositoryCredentials");
      expect(definitionOf("app").split('"name" = "proxy"')[1]).not.toContain("repositoryCredentials");
    });

    test("the execution roles may read exactly these secrets, and decrypt them by way of Secrets Manager", () => {
      for (const role of [
        "application-task_execution-role",
        "data-load_execution-role",
        "nightly_task_execution-role",
      ]) {
        const bySid = Object.fromEntries(policy(stack(), role).map(({ sid, ...statement }) => [sid, statement]));
        expect(bySid.ReadRegistryCredentials).toEqual({
          actions: ["secretsmanager:GetSecretValue"],
          resources: [credentialsSecretArn],
        });
        expect(bySid.DecryptRegistryCredentials).toEqual({
          actions: ["kms:Decrypt"],
          resources: [credentialsSecretKeyArn],
          condition: [
            { test: "StringEquals", variable: "kms:ViaService", values: ["secretsmanager.eu-central-1.amazonaws.com"] },
          ],
        });
      }
      const sids = policy(stack(), "mail_task_execution-role").map(({ sid }) => sid);
      expect(sids).toContain("ReadRegistryCredentials");
      expect(sids).not.toContain("DecryptRegistryCredentials");
    });

    test("a pull through cache may be filled by who pulls from it, that repository alone", () => {
      const found = policy(stack(), "application-task_execution-role").find(
        ({ sid }) => sid === "FillPullThroughCache",
      );
      expect(found).toMatchObject({
        actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        resources: ["arn:aws:ecr:eu-central-1:111122223333:repository/quay/team/proxy"],
      });
      for (const role of ["mail_task_execution-role", "data-load_execution-role"]) {
        expect(policy(stack(), role).map(({ sid }) => sid)).not.toContain("FillPullThroughCache");
      }
    });
  });

  describe("with sidecars", () => {
    const stack = () =>
      compute({
        application: {
          image: { uri: "example.com/app:1" },
          sidecars: {
            proxy: { image: "example.com/proxy:1", memoryMib: 64, ports: [8443], sharedFolders: ["/srv/shared"] },
            logs: {
              image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/logs:1",
              memoryMib: 32,
              cpu: 16,
              essential: false,
              startsBefore: ["app", "proxy"],
              healthCheckCommand: ["CMD", "/check"],
              secrets: { API_KEY: { parameter: "/key" } },
              logRouter: { type: "fluentbit", options: { Name: "stdout" } },
            },
          },
          route: { to: { container: "proxy", port: 8443 } },
        },
      });
    const definition = (): string => taskDefinition(stack(), "app").container_definitions;
    const container = (name: string) =>
      definition()
        .split(/(?=\{"name" = "(?:app|proxy|logs)", "image")/)
        .find((each) => each.startsWith(`{"name" = "${name}"`)) ?? "";

    test("containers start in the order of the file, and share what they say", () => {
      const after = '"dependsOn" = [{"containerName" = "logs", "condition" = "HEALTHY"}]';
      expect(container("app")).toContain(after);
      expect(container("proxy")).toContain(after);
      expect(container("logs")).not.toContain("dependsOn");
      for (const name of ["app", "proxy"]) expect(container(name)).toContain('"containerPath" = "/srv/shared"');
      expect(taskDefinition(stack(), "app").volume.map(({ name }: Block) => name)).toContain("shared-srv-shared");
    });

    test("a sidecar has its own image, size and secrets, and none of the application's", () => {
      expect(container("logs")).toContain('"essential" = false, "cpu" = 16, "memory" = 32');
      expect(container("logs")).toContain('"name" = "API_KEY"');
      expect(container("logs")).not.toContain("DATABASE");
      expect(container("app")).not.toContain("API_KEY");
      const sids = policy(stack(), "application-task_execution-role").map(({ sid }) => sid);
      expect(sids).toEqual(expect.arrayContaining(["PullImage", "ReadParameters"]));
    });

    test("the log router gets the application's output, and writes its own to the log group", () => {
      expect(container("logs")).toContain('"firelensConfiguration" = {"type" = "fluentbit"}');
      expect(container("app")).toContain(
        '"logConfiguration" = {"logDriver" = "awsfirelens", "options" = {"Name" = "stdout"}}',
      );
      expect(container("logs")).toContain('"logDriver" = "awslogs"');
    });

    test("requests and health checks go to the container that the file names", () => {
      expect(only(stack(), "aws_ecs_service").load_balancer).toMatchObject([
        { container_name: "proxy", container_port: 8443 },
      ]);
      expect(only(stack(), "aws_lb_target_group")).toMatchObject({ port: 8443, name: "private-app-test-app-8443" });
    });
  });

  test("have the permissions of the file in a policy of its own, and only the data load has none", () => {
    const stack = compute({
      application: {
        image: { uri: "example.com/app:1" },
        permissions: {
          Reports: { use: "s3-read", of: "arn:aws:s3:::reports", prefix: "daily/" },
          Tables: { use: "dynamodb-read", of: "arn:aws:dynamodb:eu-central-1:111122223333:table/orders" },
          Own: { actions: ["translate:TranslateText"], resources: ["*"] },
        },
      },
    });
    const [reports, listed, tables, own, ...others] = policy(stack, "task_permissions");
    expect(reports).toEqual({ sid: "Reports", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::reports/daily/*"] });
    expect(listed).toMatchObject({ actions: ["s3:ListBucket"], condition: [{ values: ["daily/*"] }] });
    expect(tables?.resources).toEqual(
      ["", "/index/*"].map((end) => `arn:aws:dynamodb:eu-central-1:111122223333:table/orders${end}`),
    );
    expect(own).toEqual({ sid: "Own", actions: ["translate:TranslateText"], resources: ["*"] });
    expect(others).toEqual([]);
    const policies = resources(stack, "aws_iam_role_policy").filter(({ name }) => name === "permissions");
    expect(policies.map(({ role }) => role)).toEqual([expect.stringContaining("application-task")]);
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

  test("with executeCommand, the agent can write its files, its log and the session's, and nothing else is writable", () => {
    const open = compute({ application: { image: { uri: "example.com/app:1" }, executeCommand: true } });
    const { container_definitions: definition, volume } = taskDefinition(open, "app");
    expect(definition).toContain('"readonlyRootFilesystem" = true');
    const paths = [...definition.matchAll(/"containerPath" = "([^"]+)"/g)].map(([, path]) => path);
    expect(paths).toEqual(["/mnt/app", "/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm"]);
    const sources = [...definition.matchAll(/"sourceVolume" = "([^"]+)"/g)].map(([, name]) => name);
    expect(volume.map(({ name }: Block) => name)).toEqual(sources);
    const statements = policy(open, "application-task_task-policy");
    const group = only(open, "aws_ecs_cluster").configuration.execute_command_configuration.log_configuration;
    const log = statements.find(({ sid }) => sid === "ExecuteCommandLog");
    expect(log).toMatchObject({ actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"] });
    expect(log?.resources[0].split(".")[1]).toBe(group.cloud_watch_log_group_name.split(".")[1]);
    expect(statements.flatMap(({ actions }) => actions)).toEqual(
      expect.arrayContaining(["logs:DescribeLogGroups", "kms:GenerateDataKey"]),
    );
  });

  test("Container Insights writes to a log group that expires, has the environment's key and goes with the stack", () => {
    const stack = compute();
    const group = resources(stack, "aws_cloudwatch_log_group").find(({ name }) => name.startsWith("/aws/ecs/"));
    expect(group).toMatchObject({
      name: "/aws/ecs/containerinsights/private-app-test/performance",
      retention_in_days: expect.any(Number),
      kms_key_id: expect.any(String),
    });
    expect(only(stack, "aws_ecs_cluster").depends_on).toEqual([
      expect.stringMatching(/^aws_cloudwatch_log_group\..*container-insights/),
    ]);
    const key = synthesizeEnvironment()("data").data.aws_iam_policy_document ?? {};
    expect(JSON.stringify(key)).toContain("log-group:/aws/ecs/containerinsights/private-app-test/*");
  });

  test("a log group that Container Insights has created already is imported, and none is expected", () => {
    const stack = compute() as ReturnType<typeof compute> & { readonly import: Block[] };
    const [name, group] = Object.entries(stack.resource.aws_cloudwatch_log_group ?? {}).find(([each]) =>
      each.includes("container-insights"),
    ) ?? ["", {}];
    const [data, existing] = Object.entries(stack.data.aws_cloudwatch_log_groups ?? {})[0] ?? ["", {}];
    expect(existing.log_group_name_prefix).toBe(group.name);
    expect(stack.import).toEqual([
      {
        // The prefix finds groups with longer names too.
        for_each: `\${toset([for name in data.aws_cloudwatch_log_groups.${data}.log_group_names : name if name == "${group.name}"])}`,
        to: `aws_cloudwatch_log_group.${name}`,
        id: "${each.value}",
      },
    ]);
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

  describe("mutual TLS", () => {
    const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";
    const withMutualTls = (mutualTls: Block) =>
      compute({
        compute: { loadBalancer: { listeners: [{ port: 443, certificateArn }], mutualTls } },
        privatelink: {
          enforceInboundRulesOnPrivateLinkTraffic: "off",
          targetGroup: { healthCheckProtocol: "TCP" },
        },
      });
    const caBundle = "config/examples/mutual-tls/consumers-ca.pem";

    test("verify: clients need a certificate of a CA in the trust store, which holds the file's last version", () => {
      const stack = withMutualTls({ mode: "verify", caBundle });
      const [store] = Object.keys(stack.resource.aws_lb_trust_store ?? {});
      expect(only(stack, "aws_lb_listener").mutual_authentication).toEqual({
        mode: "verify",
        trust_store_arn: `\${aws_lb_trust_store.${store}.arn}`,
      });
      const [object] = Object.keys(stack.resource.aws_s3_object ?? {});
      expect(only(stack, "aws_lb_trust_store")).toMatchObject({
        name: "private-app-test-clients",
        lifecycle: { create_before_destroy: true },
        ca_certificates_bundle_s3_key: "ca-bundle.pem",
        ca_certificates_bundle_s3_object_version: `\${aws_s3_object.${object}.version_id}`,
      });
      expect(resources(stack, "aws_s3_bucket_versioning")).toHaveLength(1);
    });

    test("verify: revoked certificates are refused", () => {
      const stack = withMutualTls({
        mode: "verify",
        caBundle,
        revocationLists: ["config/examples/mutual-tls/revoked.pem"],
      });
      const revocation = only(stack, "aws_lb_trust_store_revocation");
      expect(revocation.revocations_s3_key).toBe("revoked/config/examples/mutual-tls/revoked.pem");
      expect(revocation.revocations_s3_object_version).toMatch(/version_id\}$/);
    });

    test("verify with CAs that are in S3: no bucket of its own", () => {
      const stack = withMutualTls({ mode: "verify", existingCaBundle: { bucket: "consumers", key: "ca.pem" } });
      expect(stack.resource.aws_s3_object).toBeUndefined();
      expect(only(stack, "aws_lb_trust_store")).toMatchObject({
        ca_certificates_bundle_s3_bucket: "consumers",
        ca_certificates_bundle_s3_key: "ca.pem",
      });
    });

    test("passthrough: the application verifies, and knows it", () => {
      const stack = withMutualTls({ mode: "passthrough" });
      expect(only(stack, "aws_lb_listener").mutual_authentication).toEqual({ mode: "passthrough" });
      expect(stack.resource.aws_lb_trust_store).toBeUndefined();
      expect(taskDefinition(stack, "app").container_definitions).toContain('"MUTUAL_TLS", "value" = "passthrough"');
    });

    test("off: listeners no longer ask, which they would if the option were only removed", () => {
      const stack = withMutualTls({ mode: "off" });
      expect(only(stack, "aws_lb_listener").mutual_authentication).toEqual({ mode: "off" });
      expect(stack.resource.aws_lb_trust_store).toBeUndefined();
      expect(taskDefinition(stack, "app").container_definitions).not.toContain("MUTUAL_TLS");
    });

    test("without it the headers say nothing, and the application is told of none", () => {
      const stack = compute();
      expect(only(stack, "aws_lb_listener").mutual_authentication).toBeUndefined();
      expect(taskDefinition(stack, "app").container_definitions).not.toContain("MUTUAL_TLS");
    });
  });

  describe("limits of requests", () => {
    const acme = "arn:aws:iam::555566667777:root";
    const withLimits = (consumers: Block, more: Block = {}) =>
      compute({
        ...more,
        acknowledge: { forgeableLimits: "agreed with the consumers" },
        privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", consumers },
      });
    const by = (value: string, more: Block = {}) => ({
      principals: [acme],
      sharesPrincipalsWith: ["acme"],
      limits: { requestsPerFiveMinutes: 500, header: { name: "x-consumer", value }, ...more },
    });
    const rules = (stack: ReturnType<typeof compute>) => only(stack, "aws_wafv2_web_acl").rule as Block[];

    test("a consumer above its limit gets 429, and no one else does", () => {
      const stack = withLimits({
        acme: { ...by("acme"), sharesPrincipalsWith: [] },
        other: by("Other", { action: "count" }),
      });
      const [first, second] = rules(stack);
      expect(first).toMatchObject({
        name: "limit-acme",
        priority: 0,
        action: { block: { custom_response: { response_code: 429 } } },
        statement: {
          rate_based_statement: {
            limit: 500,
            evaluation_window_sec: 300,
            aggregate_key_type: "CONSTANT",
            scope_down_statement: {
              byte_match_statement: {
                field_to_match: { single_header: { name: "x-consumer" } },
                positional_constraint: "EXACTLY",
                search_string: "acme",
              },
            },
          },
        },
      });
      expect(second).toMatchObject({ name: "limit-other", action: { count: {} } });
      expect(only(stack, "aws_wafv2_web_acl")).toMatchObject({
        name: "private-app-test-limits",
        scope: "REGIONAL",
        default_action: { allow: {} },
      });
    });

    test("the web ACL is the ALB's", () => {
      const stack = withLimits({ acme: { ...by("acme"), sharesPrincipalsWith: [] } });
      const [webAcl] = Object.keys(stack.resource.aws_wafv2_web_acl ?? {});
      const [alb] = Object.keys(stack.resource.aws_lb ?? {});
      expect(only(stack, "aws_wafv2_web_acl_association")).toMatchObject({
        resource_arn: `\${aws_lb.${alb}.arn}`,
        web_acl_arn: `\${aws_wafv2_web_acl.${webAcl}.arn}`,
      });
    });

    test("requests of which nothing tells the consumer are counted, and samples show no header to anyone", () => {
      const stack = withLimits({
        acme: { ...by("acme"), sharesPrincipalsWith: [] },
        other: by("", { header: { name: "x-team", value: "other" } }),
      });
      const header = (name: string) => ({
        not_statement: {
          statement: [
            {
              size_constraint_statement: {
                field_to_match: { single_header: { name } },
                comparison_operator: "GT",
                size: 0,
              },
            },
          ],
        },
      });
      expect(rules(stack).at(-1)).toMatchObject({
        name: "unidentified",
        action: { count: {} },
        statement: { and_statement: { statement: [header("x-consumer"), header("x-team")] } },
      });
      for (const { visibility_config: visible } of rules(stack))
        expect(visible).toMatchObject({ cloudwatch_metrics_enabled: true, sampled_requests_enabled: false });
    });

    test("where one goes by a certificate, every request has to show its subject", () => {
      const stack = compute(verifiedAndLimited({ requestsPerFiveMinutes: 500, certificateSubject: "CN=acme" }));
      expect(JSON.stringify(rules(stack)[0])).toContain('"name":"x-amzn-mtls-clientcert-subject"');
      expect(JSON.stringify(rules(stack)[1])).toContain('"name":"x-amzn-mtls-clientcert-subject"');
    });

    test("a web ACL that exists gets the ALB, and no other is created", () => {
      const webAclArn =
        "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/shared/12345678-1234-1234-1234-123456789012";
      const stack = compute({ compute: { loadBalancer: { webAclArn } } });
      expect(stack.resource.aws_wafv2_web_acl).toBeUndefined();
      expect(only(stack, "aws_wafv2_web_acl_association").web_acl_arn).toBe(webAclArn);
      // Replaced, and not one deleted beside a new one: AWS would let go of whichever the ALB has.
      const addresses = (each: ReturnType<typeof compute>) =>
        Object.keys(each.resource.aws_wafv2_web_acl_association ?? {});
      expect(addresses(stack)).toEqual(addresses(withLimits({ acme: { ...by("acme"), sharesPrincipalsWith: [] } })));
    });

    test("without either there is no web ACL", () => {
      expect(compute().resource.aws_wafv2_web_acl_association).toBeUndefined();
    });
  });

  test("only ELB's log delivery may write access logs", () => {
    const [write] = policy(compute(), "access-logs").filter(({ sid }) => sid === "LoadBalancerWrites");
    expect(write?.principals[0].identifiers).toEqual(["logdelivery.elasticloadbalancing.amazonaws.com"]);
  });
});

describe("service", () => {
  test("a deployment that was rolled back fails the apply", () => {
    const stack = compute();
    const [condition] = only(stack, "aws_ecs_service").lifecycle.postcondition;
    const [name] = Object.entries(stack.resource.aws_ecs_task_definition ?? {}).find(
      ([, { family }]) => family === "private-app-test-app",
    ) ?? [""];
    expect(condition.condition).toBe(`\${self.task_definition == aws_ecs_task_definition.${name}.arn}`);
    expect(stack.output.taskDefinitionArn?.value).toBe(`\${aws_ecs_task_definition.${name}.arn}`);
  });

  test("a new revision leaves the one before active: a roll-back needs it", () => {
    for (const family of ["app", "data-load"]) expect(taskDefinition(compute(), family).skip_destroy).toBe(true);
  });

  test.each([
    [0, "20m"],
    [30, "22m"],
    [3600, "260m"],
  ])("Terraform waits as long as tasks may drain for %s s", (deregistrationDelaySeconds, minutes) => {
    const stack = compute({ compute: { loadBalancer: { deregistrationDelaySeconds } } });
    expect(only(stack, "aws_ecs_service").timeouts).toEqual({ create: minutes, update: minutes, delete: minutes });
  });

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

  test("memory, requests of the ALB and schedules scale it; Terraform then leaves the bounds alone", () => {
    const night = { schedule: "cron(0 20 * * ? *)", timeZone: "Europe/Berlin", minimumTasks: 1, maximumTasks: 2 };
    const image = { uri: "example.com/app:1" };
    const options = { targetMemoryPercent: 70, targetRequestsPerTask: 500, schedules: { night } };
    const stack = compute({ application: { image, ...options } });
    const policies = resources(stack, "aws_appautoscaling_policy").map(
      ({ name, target_tracking_scaling_policy_configuration: { predefined_metric_specification, target_value } }) => ({
        name,
        target_value,
        ...predefined_metric_specification,
      }),
    );
    expect(policies).toEqual([
      { name: "cpu", target_value: 60, predefined_metric_type: "ECSServiceAverageCPUUtilization" },
      { name: "memory", target_value: 70, predefined_metric_type: "ECSServiceAverageMemoryUtilization" },
      {
        name: "requests",
        target_value: 500,
        predefined_metric_type: "ALBRequestCountPerTarget",
        resource_label: expect.stringMatching(/^\$\{aws_lb\..*arn_suffix\}\/\$\{aws_lb_target_group\..*arn_suffix\}$/),
      },
    ]);
    expect(only(stack, "aws_appautoscaling_scheduled_action")).toMatchObject({
      schedule: night.schedule,
      timezone: "Europe/Berlin",
      scalable_target_action: { min_capacity: "1", max_capacity: "2" },
    });
    const { lifecycle } = only(stack, "aws_appautoscaling_target");
    expect(lifecycle.ignore_changes).toEqual(["min_capacity", "max_capacity"]);
    expect(only(compute(), "aws_appautoscaling_target").lifecycle).toBeUndefined();
  });

  test("alarms of its own target group, and those of the file, roll a deployment back", () => {
    const rollbackAlarms = { server5xxPercent: 5, latencyP99Milliseconds: 1500, alarmNames: ["checkout"] };
    const stack = compute({ application: { image: { uri: "example.com/app:1" }, deployment: { rollbackAlarms } } });
    const alarms = resources(stack, "aws_cloudwatch_metric_alarm");
    const names = alarms.map(({ alarm_name }) => alarm_name);
    expect(names).toEqual(["private-app-test-app-deployment-5xx", "private-app-test-app-deployment-latency"]);
    expect(only(stack, "aws_ecs_service").alarms).toMatchObject({ enable: true, rollback: true });
    expect(only(stack, "aws_ecs_service").alarms.alarm_names).toHaveLength(3);
    expect(alarms.map(({ threshold }) => threshold)).toEqual([5, 1.5]);
    expect(JSON.stringify(alarms)).toContain("target-group");
    expect(only(compute(), "aws_ecs_service").alarms).toBeUndefined();
  });

  test("a pipeline that owns it decides which revision runs, and an apply neither changes nor judges that", () => {
    const image = { uri: "example.com/app:1", ownedBy: "pipeline" };
    const { lifecycle } = only(compute(withImage(image)), "aws_ecs_service");
    expect(lifecycle.ignore_changes).toEqual(["desired_count", "task_definition"]);
    expect(lifecycle.postcondition).toBeUndefined();
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
