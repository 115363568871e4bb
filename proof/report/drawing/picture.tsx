import type { ComponentChildren, JSX } from "preact";
import { Boundaries, BoundaryNumbers } from "./boundaries";
import type { Sign } from "./drawing";
import type { Layout, PlacedBox, PlacedEdge } from "./layout";
import { Legend, Lock } from "./legend";
import { signs } from "./signs";

interface Props {
  readonly layout: Layout;
  /** Where a click on a resource's box leads; nowhere by default. */
  readonly linkTo?: (resource: string) => string;
  /** Id for the page; markers need one of their own. */
  readonly id: string;
  readonly title: string;
  readonly children?: ComponentChildren;
  /** Number the trust boundaries. @default false */
  readonly withBoundaries?: boolean;
}

/** A layout as SVG; colours come from the style sheet of whoever shows it. */
export function Picture({ children, id, layout, linkTo, title, withBoundaries = false }: Props): JSX.Element {
  const outer = layout.boxes.filter((box) => box.outer);
  const inner = layout.boxes.filter((box) => !box.outer);
  const kinds = [...new Set(layout.edges.map(({ kind }) => kind))];
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="drawing"
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width={layout.width}
      height={layout.height}
      style={{ "--natural": `${layout.width}px` }}
      role={linkTo ? "group" : "img"}
      aria-label={title}
    >
      {children}
      <defs>
        {kinds.map((kind) => (
          <marker
            key={kind}
            id={`${id}-${kind}`}
            class={`tip ${kind}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0.5 L8 4 L0 7.5 z" />
          </marker>
        ))}
      </defs>
      {outer.map((box) => (
        <BoxShape key={box.id} box={box} linkTo={linkTo} />
      ))}
      <g>
        {layout.edges.map((edge) => (
          <path
            key={`${edge.from} ${edge.to}`}
            class={classOf("edge", edge)}
            d={roundedLine(edge)}
            marker-end={edge.kind === "replica" ? undefined : `url(#${id}-${edge.kind})`}
          />
        ))}
      </g>
      {outer.map((box) => (
        <Heading key={box.id} box={box} />
      ))}
      {layout.edges.map((edge) => (
        <Label key={`${edge.from} ${edge.to}`} edge={edge} />
      ))}
      {withBoundaries && <Boundaries layout={layout} />}
      {inner.map((box) =>
        box.kind === "legend" ? (
          <Legend key={box.id} box={box} edges={layout.edges} />
        ) : (
          <BoxShape key={box.id} box={box} linkTo={linkTo} />
        ),
      )}
      {withBoundaries && <BoundaryNumbers layout={layout} />}
    </svg>
  );
}

function BoxShape({ box, linkTo }: { box: PlacedBox; linkTo: Props["linkTo"] }): JSX.Element {
  const shape = box.outer ? <Outer box={box} /> : <Inner box={box} />;
  const attributes = { class: `box ${box.kind}${box.outer ? " outer" : ""}` };
  if (box.resource === undefined || !linkTo) return <g {...attributes}>{shape}</g>;
  return (
    <a
      {...attributes}
      href={linkTo(box.resource)}
      aria-label={box.outer ? [box.title, box.detail].filter(Boolean).join(" ") : undefined}
    >
      {shape}
    </a>
  );
}

const classOf = (name: string, { kind, paths }: PlacedEdge): string =>
  [name, kind, ...paths.map((path) => `p-${path}`)].join(" ");

/** Protocol and port of a line, with a lock where TLS ends. */
function Label({ edge }: { edge: PlacedEdge }): JSX.Element | null {
  const { endsTls, label, labelBox } = edge;
  if (!labelBox) return null;
  const { x, y } = labelBox;
  return (
    <g class={classOf("label", edge)}>
      {endsTls && <Lock x={x} y={y} />}
      <text x={x + (endsTls ? 15 : 0)} y={y + 12.5}>
        {label}
      </text>
    </g>
  );
}

function Outer({ box: { height, width, x, y } }: { box: PlacedBox }): JSX.Element {
  return <rect x={x} y={y} width={width} height={height} rx="8" />;
}

/** Above the lines that cross it. */
function Heading({ box: { detail, kind, title, x, y } }: { box: PlacedBox }): JSX.Element {
  return (
    <text x={x + 12} y={y + 20} class={`title heading ${kind}`}>
      {title}
      {detail !== undefined && (
        <tspan class="detail" dx="8">
          {detail}
        </tspan>
      )}
    </text>
  );
}

function Inner({ box: { detail, height, sign, title, width, x, y } }: { box: PlacedBox }): JSX.Element {
  const middle = y + height / 2;
  const text = x + (sign ? 38 : 17);
  return (
    <>
      <rect x={x} y={y} width={width} height={height} rx="6" />
      {sign ? (
        <Tile sign={sign} x={x + 7} y={middle - 12} />
      ) : (
        <rect class="stripe" x={x + 5} y={y + 7} width="4" height={height - 14} rx="2" />
      )}
      <text x={text} y={detail === undefined ? middle + 4.5 : middle - 3} class="title">
        {title}
      </text>{" "}
      {detail !== undefined && (
        <text x={text} y={middle + 14} class="detail">
          {detail}
        </text>
      )}
    </>
  );
}

/** A sign in a tile of its kind's colour. */
export function Tile({ sign, x, y }: { sign: Sign; x: number; y: number }): JSX.Element {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect class="stripe" width="24" height="24" rx="5" />
      <path class="sign" d={signs[sign]} transform="translate(4 4)" />
    </g>
  );
}

/** A line through the points whose corners are rounded. */
function roundedLine({ points }: PlacedEdge): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = rest.map((point, index) => {
    const next = rest[index + 1];
    const before = points[index];
    if (!next || !before) return `L${point.x} ${point.y}`;
    const start = towards(point, before);
    const end = towards(point, next);
    return `L${start.x} ${start.y} Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return [`M${first.x} ${first.y}`, ...parts].join(" ");
}

const RADIUS = 6;

function towards(from: { x: number; y: number }, to: { x: number; y: number }): { x: number; y: number } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const share = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length;
  return { x: Math.round((from.x + dx * share) * 10) / 10, y: Math.round((from.y + dy * share) * 10) / 10 };
}
