import { DeregisterTargetsCommand, RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { chunks } from "./chunks";
import type { Clients, TimeBudget } from "./clients";
import { messageOf } from "./failures";
import type { Address, Ports, TargetResult } from "./ports";

/** Targets in one call; also what AWS's own load balancer controller uses. */
const TARGETS_PER_CALL = 200;

/** One target makes the whole call fail with these; the others are then tried one by one. */
const REJECTS_ONE_TARGET = /^(InvalidTarget|TooManyTargets|TooManyRegistrationsForTargetId)(Exception)?$/;

/** Changes target groups: one call for all targets of a group, single calls only for what that call rejects. */
export function actions(
  { elb }: Pick<Clients, "elb">,
  { acting: abortSignal }: TimeBudget,
): Pick<Ports, "register" | "deregister"> {
  const input = (targetGroupArn: string, targets: readonly Address[]) => ({
    TargetGroupArn: targetGroupArn,
    // Without the port, a deregistration succeeds and does nothing.
    Targets: targets.map(({ address, port }) => ({ Id: address, Port: port })),
  });
  return {
    register: (arn, targets) =>
      change(targets, (part) => elb.send(new RegisterTargetsCommand(input(arn, part)), { abortSignal })),
    deregister: (arn, targets) =>
      change(targets, (part) => elb.send(new DeregisterTargetsCommand(input(arn, part)), { abortSignal })),
  };
}

async function change(
  targets: readonly Address[],
  send: (part: readonly Address[]) => Promise<unknown>,
): Promise<TargetResult> {
  const done: Address[] = [];
  const failed: (Address & { error: string })[] = [];
  const tryPart = async (part: readonly Address[]): Promise<void> => {
    try {
      await send(part);
      done.push(...part);
    } catch (error) {
      if (part.length > 1 && error instanceof Error && REJECTS_ONE_TARGET.test(error.name)) {
        for (const target of part) await tryPart([target]);
      } else {
        failed.push(...part.map((target) => ({ ...target, error: messageOf(error) })));
      }
    }
  };
  for (const part of chunks(targets, TARGETS_PER_CALL)) await tryPart(part);
  return { done, failed };
}
