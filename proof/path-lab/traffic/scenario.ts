import type { ChangingLoadBalancer } from "./load-balancer";

/** Minutes that the scenario lasts. */
export const MINUTES = 32;

export interface Event {
  readonly minute: number;
  readonly what: string;
  apply(balancer: ChangingLoadBalancer): void;
}

/**
 * An ALB with nodes 1 and 2 that grows, has them replaced in an orderly way (out of DNS first, gone five minutes later,
 * as AWS does it), and then loses a node at once, which DNS notices two minutes later.
 */
export const events: readonly Event[] = [
  { minute: 4, what: "nodes 3 and 4 appear", apply: (alb) => appear(alb, 2, 3) },
  { minute: 8, what: "nodes 1 and 2 leave DNS", apply: (alb) => unlist(alb, 0, 1) },
  { minute: 13, what: "nodes 1 and 2 are gone", apply: (alb) => vanish(alb, 0, 1) },
  { minute: 18, what: "node 3 is lost at once", apply: (alb) => vanish(alb, 2) },
  {
    minute: 20,
    what: "node 5 replaces it",
    apply: (alb) => {
      unlist(alb, 2);
      appear(alb, 4);
    },
  },
  { minute: 24, what: "node 6 appears, node 4 leaves DNS", apply: (alb) => [appear(alb, 5), unlist(alb, 3)] },
  { minute: 29, what: "node 4 is gone", apply: (alb) => vanish(alb, 3) },
];

const forEach = (alb: ChangingLoadBalancer, places: readonly number[], work: "appear" | "unlist" | "vanish"): void => {
  for (const place of places) {
    const node = alb.nodes[place];
    if (!node) throw new Error(`the ALB has no node ${place + 1}`);
    alb[work](node);
  }
};
const appear = (alb: ChangingLoadBalancer, ...places: number[]) => forEach(alb, places, "appear");
const unlist = (alb: ChangingLoadBalancer, ...places: number[]) => forEach(alb, places, "unlist");
const vanish = (alb: ChangingLoadBalancer, ...places: number[]) => forEach(alb, places, "vanish");
