import type { Edge } from "./drawing";
import type { PlacedBox, PlacedEdge, Point } from "./layout";
import { detailWidth } from "./place";

/** Pixels from a frame to the lines beside it, by what they lead to. */
const LANE = { data: 10, gateway: 8, other: 26 } as const;
const LABEL_HEIGHT = 16;

/** Draws lines between placed boxes: along the gaps between frames, and never through a title. */
export function route(edges: readonly Edge[], boxes: readonly PlacedBox[]): PlacedEdge[] {
  const plan = new Plan(boxes);
  const shown = new Set<string>();
  return edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [plan.box(edge.from), plan.box(edge.to)];
    if (!from || !to) return [];
    const points = plan.points(edge, from, to);
    const label = edge.label === undefined ? {} : labelAt(edge, points);
    const { labelBox } = label;
    // Lines that end in one share its label.
    const key = labelBox && `${edge.label} ${edge.to} ${Math.round(labelBox.x)} ${Math.round(labelBox.y)}`;
    if (key !== undefined && shown.has(key)) return [{ ...edge, points }];
    if (key !== undefined) shown.add(key);
    return [{ ...edge, points, ...label }];
  });
}

const centre = ({ height, width, x, y }: PlacedBox): Point => ({ x: x + width / 2, y: y + height / 2 });
const right = ({ width, x }: PlacedBox): number => x + width;
const bottom = ({ height, y }: PlacedBox): number => y + height;

/** Where lines may run, read from where the boxes are. */
class Plan {
  private readonly byId: ReadonlyMap<string, PlacedBox>;
  private readonly vpc?: PlacedBox;
  /** Right end of the provider's Availability Zones. */
  private readonly zonesEnd: number;
  private readonly zonesBottom: number;

  constructor(private readonly boxes: readonly PlacedBox[]) {
    this.byId = new Map(boxes.map((box) => [box.id, box]));
    const vpcs = boxes.filter(({ kind }) => kind === "vpc");
    this.vpc = vpcs.reduce<PlacedBox | undefined>((last, one) => (last && last.x > one.x ? last : one), undefined);
    const zones = this.vpc ? this.inside(this.vpc).filter(({ kind }) => kind === "zone") : [];
    this.zonesEnd = Math.max(0, ...zones.map(right));
    this.zonesBottom = Math.max(0, ...zones.map(bottom));
  }

  box(id: string): PlacedBox | undefined {
    return this.byId.get(id);
  }

  private inside(outer: PlacedBox): PlacedBox[] {
    return this.boxes.filter(
      (one) =>
        one !== outer &&
        one.x >= outer.x &&
        one.y >= outer.y &&
        right(one) <= right(outer) &&
        bottom(one) <= bottom(outer),
    );
  }

  /** The innermost frame of a kind around a box. */
  private around(box: PlacedBox, kind: PlacedBox["kind"]): PlacedBox | undefined {
    return this.boxes.findLast((one) => one.kind === kind && one !== box && this.inside(one).includes(box));
  }

  points(edge: Edge, from: PlacedBox, to: PlacedBox): Point[] {
    if (edge.kind === "replica") return this.besideZone(from, to);
    if (edge.kind === "control") return this.control(from, to);
    if (edge.kind === "service") return this.service(from, to);
    if (to.y >= bottom(from) && to.x < right(from) && from.x < right(to)) return down(from, to);
    return this.across(edge, from, to);
  }

  /** To the right: a short way out, along a lane, and in. */
  private across(edge: Edge, from: PlacedBox, to: PlacedBox): Point[] {
    const [start, end] = [centre(from), centre(to)];
    const forward = to.x >= right(from);
    const a = { x: forward ? right(from) : from.x, y: start.y };
    const b = { x: forward ? to.x : right(to), y: end.y };
    const [top, low] = [Math.max(from.y, to.y) + 6, Math.min(bottom(from), bottom(to)) - 6];
    if (forward && top <= low) {
      const y = Math.min(Math.max(start.y, top), low);
      return [
        { x: a.x, y },
        { x: b.x, y },
      ];
    }
    const x = forward ? this.lane(edge, from, to) : b.x + 14;
    return [a, { x, y: a.y }, { x, y: b.y }, b];
  }

  private lane(edge: Edge, from: PlacedBox, to: PlacedBox): number {
    if (edge.kind === "data") return right(this.around(from, "subnet") ?? from) + LANE.data;
    // Lines of several consumers meet before the endpoint service, and part behind it.
    if (to.kind === "privatelink") return to.x - 20;
    return from.kind === "privatelink" ? right(from) + 24 : to.x - 14;
  }

  /** From below, in a lane of its own. */
  private control(from: PlacedBox, to: PlacedBox): Point[] {
    const y = centre(to).y + 12;
    const x = right(from) + 12;
    return [
      { x: right(from), y: centre(from).y },
      { x, y: centre(from).y },
      { x, y },
      { x: to.x, y },
    ];
  }

  private besideZone(from: PlacedBox, to: PlacedBox): Point[] {
    const x = right(this.around(from, "subnet") ?? from) + 6;
    const [a, b] = [centre(from).y, centre(to).y];
    return [
      { x: right(from), y: a },
      { x, y: a },
      { x, y: b },
      { x: right(to), y: b },
    ];
  }

  private service(from: PlacedBox, to: PlacedBox): Point[] {
    if (to.kind === "group" && !this.around(from, "zone")) return down(from, to);
    if (from.kind === "subnet" && this.around(to, "zone")) return this.toGateway(from, to);
    const subnet = this.around(from, "subnet");
    if (subnet && subnet === this.around(to, "subnet")) return down(from, to);
    const start = from.kind === "subnet" ? this.free(from) : centre(from).y;
    const y = from.kind === "subnet" || this.isFree(from) ? start : this.free(this.around(from, "subnet") ?? from);
    const lane = this.zonesEnd + (from.kind !== "subnet" && to.kind !== "group" ? 14 : to.kind === "group" ? 42 : 28);
    const out = right(this.around(from, "subnet") ?? from) + LANE.other;
    const begin = [
      { x: right(from), y: start },
      ...(y === start
        ? []
        : [
            { x: out, y: start },
            { x: out, y },
          ]),
      { x: lane, y },
    ];
    if (to.kind === "group") return [...begin, { x: lane, y: to.y }];
    const above = this.zonesBottom + (from.kind === "subnet" ? 18 : 9);
    const target = centre(to).x;
    return [...begin, { x: lane, y: above }, { x: target, y: above }, { x: target, y: to.y }];
  }

  /** A NAT gateway in the own zone is straight ahead, one in another above or below. */
  private toGateway(from: PlacedBox, to: PlacedBox): Point[] {
    const end = { x: to.x, y: centre(to).y };
    if (end.y > from.y + 30 && end.y < bottom(from) - 6) return [{ x: right(from), y: end.y }, end];
    const y = bottom(from) - 22;
    const x = (this.around(to, "subnet") ?? to).x - LANE.gateway;
    return [{ x: right(from), y }, { x, y }, { x, y: end.y }, end];
  }

  /** A height at which a line leaves a zone to the right without crossing a subnet: between two, or below the last one. */
  private free(subnet: PlacedBox): number {
    const zone = this.around(subnet, "zone");
    if (!zone) return centre(subnet).y;
    const beside = this.inside(zone).filter(({ kind, x }) => kind === "subnet" && x >= right(subnet));
    const [first, second] = beside.sort((a, b) => a.y - b.y);
    if (!first) return bottom(subnet) - 24;
    return second ? (bottom(first) + second.y) / 2 : Math.min(bottom(first) + 14, bottom(zone) - 6);
  }

  private isFree(box: PlacedBox): boolean {
    const y = centre(box).y;
    const zone = this.around(box, "zone");
    return (
      !zone ||
      !this.inside(zone).some((one) => one.kind === "subnet" && one.x >= right(box) && one.y < y && bottom(one) > y)
    );
  }
}

function down(from: PlacedBox, to: PlacedBox): Point[] {
  const x = Math.min(Math.max(centre(from).x, to.x + 8), right(to) - 8);
  return [
    { x, y: bottom(from) },
    { x, y: to.y },
  ];
}

/** Above a level part of a line: the last one that is long enough; beside the line where there is none. */
function labelAt({ endsTls, kind, label = "" }: Edge, points: readonly Point[]): Pick<PlacedEdge, "labelBox"> {
  const width = detailWidth(label) + (endsTls ? 15 : 0);
  const size = { width, height: LABEL_HEIGHT };
  const parts = points.slice(1).map((to, index) => ({ from: points[index] ?? to, to }));
  const level = parts.filter(({ from, to }) => from.y === to.y && Math.abs(to.x - from.x) >= width + 8);
  const part = kind === "service" ? level[0] : level.at(-1);
  if (part) {
    const [from, to] = [Math.min(part.from.x, part.to.x), Math.max(part.from.x, part.to.x)];
    // What goes to a database ends beside the lane that leads to a NAT gateway of another zone.
    const x = kind === "data" ? to - width - 34 : from + (kind === "service" ? 16 : 6);
    return { labelBox: { x, y: part.to.y - LABEL_HEIGHT - 3, ...size } };
  }
  const upright = parts.filter(({ from, to }) => from.x === to.x);
  const long = upright.sort((a, b) => Math.abs(b.to.y - b.from.y) - Math.abs(a.to.y - a.from.y))[0];
  return long ? { labelBox: { x: long.to.x + 7, y: (long.from.y + long.to.y - LABEL_HEIGHT) / 2, ...size } } : {};
}
