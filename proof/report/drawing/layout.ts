import ELK, { type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk.bundled.js";
import type { Box, Drawing, Edge } from "./drawing";

export interface PlacedBox extends Omit<Box, "children" | "border"> {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether it is drawn around others. */
  readonly outer: boolean;
  /** How many boxes are around it. */
  readonly depth: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends Edge {
  readonly points: readonly Point[];
  readonly labelBox?: Point & { readonly width: number; readonly height: number };
}

/** All lengths in pixels, from the upper left corner; outer boxes come before those in them. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly PlacedEdge[];
}

export interface LayoutOptions {
  readonly direction: "RIGHT" | "DOWN";
}

/** Average widths of characters in the page's fonts, on the safe side. */
const TITLE_WIDTH = 8.2;
const DETAIL_WIDTH = 6.5;
const PADDING = 32;
const HEADING = 30;

const textWidth = ({ detail = "", title }: Pick<Box, "title" | "detail">): number =>
  Math.ceil(Math.max(title.length * TITLE_WIDTH, detail.length * DETAIL_WIDTH)) + PADDING;

/** A container's title and detail stand in one line. */
const headingWidth = ({ detail = "", title }: Box): number =>
  Math.ceil(title.length * TITLE_WIDTH + detail.length * DETAIL_WIDTH) + PADDING + 8;

/** Places boxes and edges: the same input always gives the same output. */
export async function layout({ boxes, edges }: Drawing, { direction }: LayoutOptions): Promise<Layout> {
  const nodes = new Map<string, Box>();
  const root: ElkNode = {
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": direction,
      "elk.hierarchyHandling": "INCLUDE_CHILDREN",
      "elk.edgeRouting": "ORTHOGONAL",
      "elk.json.shapeCoords": "ROOT",
      "elk.json.edgeCoords": "ROOT",
      "elk.padding": "[top=8,left=8,bottom=8,right=8]",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      "elk.layered.spacing.nodeNodeBetweenLayers": "28",
      "elk.layered.spacing.edgeNodeBetweenLayers": "10",
      "elk.spacing.nodeNode": "14",
      "elk.spacing.edgeNode": "12",
      "elk.spacing.edgeEdge": "8",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.mergeEdges": String(direction === "DOWN"),
      "elk.layered.crossingMinimization.forceNodeModelOrder": "true",
    },
    children: boxes.map((box) => toNode(box, nodes, direction)),
    edges: edges.map(({ from, to }, index): ElkExtendedEdge => ({ id: String(index), sources: [from], targets: [to] })),
  };
  const placed = await new ELK().layout(root);
  const { width = 0, height = 0 } = placed;
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: (placed.children ?? []).flatMap((node) => placedBoxes(node, nodes, 0)),
    edges: placedEdges(placed).flatMap(({ id, sections = [] }): PlacedEdge[] => {
      const edge = edges[Number(id)];
      if (!edge) return [];
      const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
        startPoint,
        ...bendPoints,
        endPoint,
      ]);
      return [{ ...edge, points: points.map(({ x, y }) => ({ x: round(x), y: round(y) })) }];
    }),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

function toNode(box: Box, nodes: Map<string, Box>, direction: LayoutOptions["direction"]): ElkNode {
  nodes.set(box.id, box);
  if (box.children.length === 0) {
    return { id: box.id, width: Math.max(104, textWidth(box)), height: box.detail === undefined ? 38 : 48 };
  }
  return {
    id: box.id,
    layoutOptions: {
      "elk.padding": `[top=${HEADING + 6},left=12,bottom=12,right=12]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      // ELK lays out everything to the right, then turns it; a minimum is not turned with it.
      "elk.nodeSize.minimum":
        direction === "DOWN" && !box.packed ? `(0,${headingWidth(box)})` : `(${headingWidth(box)},0)`,
      ...(box.packed
        ? {
            "elk.algorithm": "rectpacking",
            "elk.hierarchyHandling": "SEPARATE_CHILDREN",
            "elk.aspectRatio": direction === "DOWN" ? "4" : "0.8",
            "elk.spacing.nodeNode": "8",
            "elk.rectpacking.packing.strategy": "SIMPLE",
          }
        : {}),
    },
    children: box.children.map((child) => toNode(child, nodes, direction)),
  };
}

function placedBoxes(node: ElkNode, nodes: ReadonlyMap<string, Box>, depth: number): PlacedBox[] {
  const box = nodes.get(node.id);
  if (!box) return [];
  const { children, ...rest } = box;
  const { height = 0, width = 0, x = 0, y = 0 } = node;
  return [
    {
      ...rest,
      x: round(x),
      y: round(y),
      width: round(width),
      height: round(height),
      outer: children.length > 0,
      depth,
    },
    ...(node.children ?? []).flatMap((child) => placedBoxes(child, nodes, depth + 1)),
  ];
}

const placedEdges = (node: ElkNode): ElkExtendedEdge[] => [
  ...(node.edges ?? []),
  ...(node.children ?? []).flatMap(placedEdges),
];
