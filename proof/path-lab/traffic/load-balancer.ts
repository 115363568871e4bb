import type { Host } from "../plan";
import type { Lab } from "../run";

/** The ALB as EC2 and DNS tell of it, while its nodes come and go. */
export class ChangingLoadBalancer {
  /** Addresses of its network interfaces. */
  readonly interfaces = new Set<string>();
  /** Addresses that its DNS name has. */
  readonly listed = new Set<string>();
  private readonly gone = new Set<Host>();

  constructor(
    private readonly lab: Lab,
    readonly nodes: readonly Host[],
  ) {}

  /** A node that is there, serves and is in DNS. */
  appear(node: Host): void {
    if (this.gone.delete(node)) this.lab.rules(node.name, "delete table inet gone\n");
    this.interfaces.add(node.of.address);
    this.listed.add(node.of.address);
  }

  /** DNS forgets a node, which continues to serve. */
  unlist(node: Host): void {
    this.listed.delete(node.of.address);
  }

  /** A node's interface is deleted: packets to it get no answer. */
  vanish(node: Host): void {
    this.interfaces.delete(node.of.address);
    if (this.gone.has(node)) return;
    this.gone.add(node);
    const drop = (hook: string, device: string) =>
      `  chain ${hook} { type filter hook ${hook} priority -300; ${device} "eth0" drop; }\n`;
    this.lab.rules(node.name, `table inet gone {\n${drop("prerouting", "iifname")}${drop("output", "oifname")}}\n`);
  }
}
