import type { Target } from "../../../lambda/alb-ip-sync/evidence";
import { targetStates, tellHaproxy } from "../statistics";

/** Time in the lab that stands for a minute at AWS. */
export const MINUTE_MS = 1000;

/** Minutes that connections of a deregistered target may still finish: AWS's default. */
const DRAIN_MINUTES = 5;

/** The target group of the NLB: one place to change the targets of all its nodes, as AWS's API has it. */
export class Targets {
  private readonly states = new Map<string, "registered" | "draining">();
  private readonly timers = new Set<NodeJS.Timeout>();

  /**
   * @param sockets one per node of the NLB
   * @param proxy name of the listener in their configuration
   * @param addresses of all ALB nodes there will ever be, in the order of the configuration
   */
  constructor(
    private readonly sockets: readonly string[],
    private readonly proxy: string,
    private readonly addresses: readonly string[],
    private readonly port: number,
  ) {}

  /** Registers some, and leaves all others out. */
  async begin(registered: readonly string[]): Promise<void> {
    for (const address of this.addresses) {
      if (registered.includes(address)) this.states.set(address, "registered");
      else await this.tell(`set server ${this.server(address)} state maint`);
    }
  }

  async register(address: string): Promise<void> {
    if (this.states.get(address) === "registered") return;
    this.states.set(address, "registered");
    // A new target is `initial` at the NLB: no traffic before it has passed its health checks.
    await this.tell(`set server ${this.server(address)} state ready; set server ${this.server(address)} health down`);
  }

  async deregister(address: string): Promise<void> {
    if (this.states.get(address) !== "registered") return;
    this.states.set(address, "draining");
    await this.tell(`set server ${this.server(address)} state drain`);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (this.states.get(address) !== "draining") return;
      this.states.delete(address);
      void this.tell(`set server ${this.server(address)} state maint`);
    }, DRAIN_MINUTES * MINUTE_MS);
    this.timers.add(timer);
  }

  /** As DescribeTargetHealth. */
  async describe(): Promise<Target[]> {
    const [first = ""] = this.sockets;
    const states = await targetStates(first);
    const up = new Set(states.flatMap(({ proxy, target, up: is }) => (is && proxy === this.proxy ? [target] : [])));
    return [...this.states].map(([address, state]) => ({
      address,
      port: this.port,
      state: state === "draining" ? "draining" : up.has(this.name(address)) ? "healthy" : "unhealthy",
    }));
  }

  end(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private name(address: string): string {
    return `target${this.addresses.indexOf(address) + 1}`;
  }

  private server(address: string): string {
    return `${this.proxy}/${this.name(address)}`;
  }

  private async tell(text: string): Promise<void> {
    await Promise.all(this.sockets.map((socket) => tellHaproxy(socket, text)));
  }
}
