import type { JSX } from "preact";
import type { BoxKind, EdgeKind } from "./drawing";
import type { PlacedBox, PlacedEdge } from "./layout";

const lines: readonly (readonly [EdgeKind, string])[] = [
  ["request", "request"],
  ["data", "database and files"],
  ["service", "AWS service call"],
  ["control", "registers targets"],
  ["replica", "replication"],
];

const kinds: readonly (readonly [BoxKind, string])[] = [
  ["privatelink", "PrivateLink"],
  ["network", "network"],
  ["load-balancer", "load balancer"],
  ["compute", "compute"],
  ["data", "data"],
  ["security", "security"],
  ["operations", "operations"],
];

const ROW = 18;

/** What lines, locks and colours mean. */
export function Legend({ box: { x, y }, edges }: { box: PlacedBox; edges: readonly PlacedEdge[] }): JSX.Element {
  const drawn = lines.filter(([kind]) => edges.some((edge) => edge.kind === kind));
  const row = (index: number) => y + 8 + index * ROW;
  return (
    <g class="legend">
      {drawn.map(([kind, text], index) => (
        <g key={kind}>
          <path class={`edge ${kind}`} d={`M${x + 2} ${row(index)}h24`} />
          <text class="detail" x={x + 34} y={row(index) + 4}>
            {text}
          </text>
        </g>
      ))}
      <g class="label ends">
        <Lock x={x + 8} y={row(drawn.length) - 9} />
        <text class="detail" x={x + 34} y={row(drawn.length) + 4}>
          TLS ends here
        </text>
      </g>
      {kinds.map(([kind, text], index) => (
        <g key={kind} class={`box ${kind}`}>
          <rect class="stripe" x={x + 180} y={row(index) - 6} width="12" height="12" rx="3" />
          <text class="detail" x={x + 200} y={row(index) + 4}>
            {text}
          </text>
        </g>
      ))}
    </g>
  );
}

export const Lock = ({ x, y }: { x: number; y: number }): JSX.Element => (
  <path class="lock" d={`M${x + 1} ${y + 7.5}h9v6.5h-9zM${x + 3} ${y + 7.5}v-2a2.5 2.5 0 0 1 5 0v2`} />
);
