import type { JSX } from "preact";
import type { Layout } from "./layout";

/** Titles of what each trust boundary encloses, in the order of docs/security.md. */
const BOUNDARIES: readonly (readonly string[])[] = [
  ["Consumer", "Other allowed consumers"],
  ["Endpoint service"],
  ["Provider VPC"],
  ["Isolated subnet"],
  ["AWS services"],
];

const enclosed = ({ boxes }: Layout) =>
  BOUNDARIES.flatMap((titles, index) =>
    boxes
      .filter(({ title }) => titles.some((start) => title.startsWith(start)))
      .map((box) => ({ ...box, number: index + 1 })),
  );

/** Frames around what each boundary encloses; gateways stand on them. */
export function Boundaries({ layout }: { layout: Layout }): JSX.Element {
  return (
    <g class="boundaries">
      {enclosed(layout).map(({ height, id, width, x, y }) => (
        <rect key={id} x={x - 2} y={y - 2} width={width + 4} height={height + 4} rx="9" />
      ))}
    </g>
  );
}

/** The numbers of the boundaries. */
export function BoundaryNumbers({ layout }: { layout: Layout }): JSX.Element {
  return (
    <g class="boundaries">
      {enclosed(layout).map(({ id, number, width, x, y }) => (
        <g key={id}>
          <circle cx={x + width} cy={y + 4} r="11" />
          <text x={x + width} y={y + 8.5} text-anchor="middle">
            {number}
          </text>
        </g>
      ))}
    </g>
  );
}
