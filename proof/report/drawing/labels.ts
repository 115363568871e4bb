import { stackId } from "../../../config/stack-ids";
import { type Flow, isInterface } from "../../../paths/evaluation/flow";
import type { LoadBalancer, NetworkInterface } from "../../../paths/model/network";
import { resources } from "../../../paths/model/stacks";
import type { Scene } from "./boxes";

/** What is spoken on the way to a box. */
export interface Spoken {
  readonly protocol: string;
  readonly port: number;
  readonly endsTls: boolean;
}

/** What is spoken at the end of a flow. */
export function spokenAt(scene: Scene, flow: Flow): Spoken | undefined {
  switch (flow.kind) {
    case "PrivateLink": {
      const listener = ofType(scene, "network")?.listeners.find(({ port }) => port === flow.port);
      if (listener?.protocol === "TLS") return { protocol: "TLS", port: flow.port, endsTls: true };
      return { protocol: albProtocol(scene, listener?.targetGroup), port: flow.port, endsTls: false };
    }
    case "forward":
      return flow.purpose === "requests"
        ? forwarded(scene, flow.from, flow.loadBalancer, flow.listenerPort)
        : undefined;
    case "direct":
      return isInterface(flow.to)
        ? stored(scene, flow.to, flow.port)
        : { protocol: "HTTPS", port: flow.port, endsTls: true };
    case "outside VPCs":
      return { protocol: "HTTPS", port: 443, endsTls: true };
  }
}

const ofType = ({ network }: Scene, type: LoadBalancer["type"]): LoadBalancer | undefined =>
  [...network.loadBalancers.values()].find((one) => one.type === type);

/** Protocol of the ALB's listener that a target group of the NLB leads to. */
function albProtocol(scene: Scene, targetGroup = ""): string {
  const { network } = scene;
  const port = network.targetGroups.get(targetGroup)?.port;
  return ofType(scene, "application")?.listeners.find((one) => one.port === port)?.protocol ?? "TCP";
}

function forwarded(scene: Scene, from: NetworkInterface, loadBalancer: string, port: number): Spoken {
  const { network, stacks } = scene;
  const group = network.loadBalancers.get(loadBalancer)?.listeners.find((one) => one.port === port)?.targetGroup ?? "";
  const { origin, port: target = port } = network.targetGroups.get(group) ?? {};
  if (from.role === "nlb") {
    const protocol = albProtocol(scene, group);
    return { protocol, port: target, endsTls: protocol === "HTTPS" };
  }
  const [type = "", name = ""] = origin?.address.split(".") ?? [];
  const protocol = String(stacks[origin?.stack ?? ""]?.resource?.[type]?.[name]?.protocol ?? "HTTP");
  return { protocol, port: target, endsTls: protocol === "HTTPS" };
}

/** The database and the file system say in their own settings whether they accept connections without TLS. */
function stored({ environment, stacks }: Scene, { role }: NetworkInterface, port: number): Spoken {
  const data = { data: stacks[stackId("data", { name: environment })] ?? {} };
  if (role === "database") {
    const groups = ["aws_db_parameter_group", "aws_rds_cluster_parameter_group"];
    const forced = groups
      .flatMap((type) => resources(data, type))
      .some(({ block }) =>
        /"name":"(rds.force_ssl|require_secure_transport)"[^}]*"value":"(1|ON)"/.test(JSON.stringify(block)),
      );
    return { protocol: forced ? "TLS" : "TCP", port, endsTls: forced };
  }
  const mounted = /"transit_encryption":"ENABLED"/.test(
    JSON.stringify(stacks[stackId("compute", { name: environment })] ?? {}),
  );
  return { protocol: role === "file-system" ? "NFS" : "TCP", port, endsTls: role === "file-system" && mounted };
}

/** `HTTP 80, 8080`: protocols with their ports. */
export function labelOf(spoken: readonly Spoken[]): string {
  const protocols = [...new Set(spoken.map(({ protocol }) => protocol))];
  return protocols
    .map((protocol) => {
      const ports = new Set(spoken.filter((one) => one.protocol === protocol).map(({ port }) => port));
      return `${protocol} ${[...ports].sort((a, b) => a - b).join(", ")}`;
    })
    .join(", ");
}
