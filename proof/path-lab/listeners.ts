import type { Listener, Network, TargetGroup } from "../../paths/model/network";

/** A listener of the NLB, and what is behind it. */
export interface Way {
  /** Port that consumers connect to. */
  readonly port: number;
  readonly albListener: Listener;
  /** Whose certificate a client sees; none: it speaks without TLS. */
  readonly endsTls?: "alb" | "nlb";
  /** Target group of the application. */
  readonly group: TargetGroup;
}

/** The ways from the listeners of the NLB to the application. */
export function ways({ loadBalancers, targetGroups }: Network): Way[] {
  const all = [...loadBalancers.values()];
  const listeners = all.flatMap(({ listeners: own, type }) => own.map((listener) => ({ listener, type })));
  return listeners.flatMap(({ listener, type }): Way[] => {
    if (type !== "network") return [];
    const albPort = targetGroups.get(listener.targetGroup ?? "")?.port;
    const albListener = listeners.find((one) => one.type === "application" && one.listener.port === albPort)?.listener;
    const group = targetGroups.get(albListener?.targetGroup ?? "");
    if (!albListener || !group) return [];
    const endsTls = listener.protocol === "TLS" ? "nlb" : albListener.protocol === "HTTPS" ? "alb" : undefined;
    return [{ port: listener.port, albListener, group, ...(endsTls && { endsTls }) }];
  });
}
