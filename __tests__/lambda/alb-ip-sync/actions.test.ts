import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { mockClient } from "aws-sdk-client-mock";
import { actions } from "../../../lambda/alb-ip-sync/actions";
import { createClients, timeBudget } from "../../../lambda/alb-ip-sync/clients";
import { withVariables } from "../../variables";

const elb = mockClient(ElasticLoadBalancingV2Client);
const arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/1";
const targets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ address: `10.0.0.${index}`, port: 80 }));
const named = (name: string) => Object.assign(new Error("no"), { name });
const change = () => actions(createClients(), timeBudget(10_000));

withVariables({ AWS_REGION: "eu-west-1" });
beforeEach(() => elb.reset());

test("all targets of a group go in one call, with their ports", async () => {
  elb.on(RegisterTargetsCommand).resolves({});
  expect(await change().register(arn, targets(3))).toEqual({ done: targets(3), failed: [] });
  expect(elb.calls().map(({ args }) => args[0].input)).toEqual([
    {
      TargetGroupArn: arn,
      Targets: [
        { Id: "10.0.0.0", Port: 80 },
        { Id: "10.0.0.1", Port: 80 },
        { Id: "10.0.0.2", Port: 80 },
      ],
    },
  ]);
});

test("a deregistration names the port, without which AWS does nothing", async () => {
  elb.on(DeregisterTargetsCommand).resolves({});
  await change().deregister(arn, targets(1));
  expect(elb.commandCalls(DeregisterTargetsCommand)[0]?.args[0].input.Targets).toEqual([{ Id: "10.0.0.0", Port: 80 }]);
});

test("more targets than a call takes go in several", async () => {
  elb.on(RegisterTargetsCommand).resolves({});
  expect((await change().register(arn, targets(201))).done).toHaveLength(201);
  expect(elb.calls()).toHaveLength(2);
});

test.each(["InvalidTarget", "InvalidTargetException", "TooManyTargets"])(
  "%s: the others are registered one by one",
  async (name) => {
    elb.on(RegisterTargetsCommand).rejects(named(name));
    for (const { address } of [{ address: "10.0.0.0" }, { address: "10.0.0.2" }]) {
      elb.on(RegisterTargetsCommand, { Targets: [{ Id: address, Port: 80 }] }).resolves({});
    }
    const { done, failed } = await change().register(arn, targets(3));
    expect(done.map(({ address }) => address)).toEqual(["10.0.0.0", "10.0.0.2"]);
    expect(failed).toEqual([{ address: "10.0.0.1", port: 80, error: `${name}: no` }]);
  },
);

test.each(["AccessDenied", "Throttling", "TargetGroupNotFound"])("%s concerns all: no single calls", async (name) => {
  elb.on(RegisterTargetsCommand).rejects(named(name));
  const { done, failed } = await change().register(arn, targets(3));
  expect([done.length, failed.length, elb.calls().length]).toEqual([0, 3, 1]);
});
