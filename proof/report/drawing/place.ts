import type { Box } from "./drawing";
import type { PlacedBox } from "./layout";

/** Pixels around what is in a frame, and above it for the frame's title. */
const PADDING = 12;
const HEADING = 32;
const GAP = 14;
/** Size of the explanation of lines, locks and colours. */
export const LEGEND = { width: 280, height: 128 } as const;
const LEAF = { least: 108, low: 36, high: 48, sign: 38 } as const;

/** Average widths of characters in the page's fonts, on the safe side. */
const TITLE_WIDTH = 8.3;
const DETAIL_WIDTH = 7.2;

export const detailWidth = (text: string): number => Math.ceil(text.length * DETAIL_WIDTH);
const titleWidth = (text: string): number => Math.ceil(text.length * TITLE_WIDTH);

/** Width of a frame's title and of the detail beside it. */
export const headingWidth = ({ detail, title }: Pick<Box, "detail" | "title">): number =>
  titleWidth(title) + (detail === undefined ? 0 : detailWidth(detail) + 8);

interface Size {
  readonly width: number;
  readonly height: number;
}

const isLeaf = ({ children }: Box): boolean => children.length === 0;

/** A box without a frame only orders what is in it. */
const inset = ({ kind }: Box) => (kind === "plain" ? { side: 0, top: 0 } : { side: PADDING, top: HEADING });

const borderHeight = (box: Box): number => Math.max(0, ...(box.border ?? []).map((one) => measure(one).height)) / 2;

/** Size of a box; `room` is the width that a wrapping one may fill. */
export function measure(box: Box, room = 0): Size {
  if (box.kind === "legend") return LEGEND;
  if (isLeaf(box)) {
    const { detail, title } = box;
    const text = Math.max(titleWidth(title), detail === undefined ? 0 : detailWidth(detail));
    return { width: Math.max(LEAF.least, text + LEAF.sign + 10), height: detail === undefined ? LEAF.low : LEAF.high };
  }
  const { side, top } = inset(box);
  const { bottom = 0, right = 0 } = box.lanes ?? {};
  const inner = measureChildren(box, room - 2 * side);
  return {
    width: Math.max(inner.width + right + 2 * side, box.kind === "plain" ? 0 : headingWidth(box) + 2 * side),
    height: Math.max(box.leastHeight ?? 0, inner.height + top + side + bottom + borderHeight(box)),
  };
}

function measureChildren(box: Box, room: number): Size {
  const { arrange = "row", children, gap = GAP } = box;
  const gaps = gap * (children.length - 1);
  if (arrange === "wrap") {
    const rows = rowsOf(children, room);
    return {
      width: Math.max(...rows.map(({ width }) => width)),
      height: rows.reduce((sum, { height }) => sum + height + GAP, -GAP),
    };
  }
  const fixed = children.map((child) => (child.arrange === "wrap" ? undefined : measure(child)));
  const widest = Math.max(...fixed.map((size) => size?.width ?? 0));
  const sizes = children.map((child, index) => fixed[index] ?? measure(child, widest));
  const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, gaps);
  const [widths, heights] = [sizes.map(({ width }) => width), sizes.map(({ height }) => height)];
  return arrange === "row"
    ? { width: sum(widths), height: Math.max(...heights) }
    : { width: Math.max(...widths), height: sum(heights) };
}

function rowsOf(children: readonly Box[], room: number): (Size & { readonly boxes: Box[] })[] {
  const rows: { width: number; height: number; boxes: Box[] }[] = [];
  for (const child of children) {
    const { height, width } = measure(child);
    const row = rows.at(-1);
    if (row && row.width + GAP + width <= room) {
      row.boxes.push(child);
      row.width += GAP + width;
      row.height = Math.max(row.height, height);
    } else rows.push({ width, height, boxes: [child] });
  }
  return rows;
}

interface Frame extends Size {
  readonly x: number;
  readonly y: number;
}

/** Places boxes in a row beside each other, from the upper left corner. */
export function place(boxes: readonly Box[], gap: number): { boxes: PlacedBox[]; width: number; height: number } {
  const root: Box = { id: "root", kind: "plain", title: "", children: boxes, gap };
  const size = measure(root);
  const margin = 8;
  const placed = placeIn(root, { x: margin, y: margin, ...size }, -1).filter(({ kind }) => kind !== "plain");
  return { boxes: placed, width: Math.ceil(size.width + 2 * margin), height: Math.ceil(size.height + 2 * margin) };
}

function placeIn(box: Box, frame: Frame, depth: number): PlacedBox[] {
  const { border = [], children, ...rest } = box;
  const half = borderHeight(box);
  const own = { x: frame.x, y: frame.y, width: frame.width, height: frame.height - half };
  const placed: PlacedBox = { ...rest, ...own, outer: !isLeaf(box), depth };
  if (isLeaf(box)) return [placed];
  const { side, top } = inset(box);
  const { bottom = 0, right = 0 } = box.lanes ?? {};
  const inner: Frame = {
    x: own.x + side,
    y: own.y + top,
    width: own.width - 2 * side - right,
    height: own.height - top - side - bottom,
  };
  const next = box.kind === "plain" ? depth : depth + 1;
  return [
    placed,
    ...frames(box, inner).flatMap(([child, at]) => placeIn(child, at, next)),
    ...onBorder(border, own, inner.x + inner.width, next),
  ];
}

/** Boxes that stand on a frame's lower border, from `end` to the left. */
function onBorder(border: readonly Box[], { height, y }: Frame, end: number, depth: number): PlacedBox[] {
  let x = end;
  return border.flatMap((box) => {
    const size = measure(box);
    x -= size.width;
    const placed = placeIn(box, { ...size, x, y: y + height - size.height / 2 }, depth);
    x -= GAP;
    return placed;
  });
}

function frames(box: Box, inner: Frame): (readonly [Box, Frame])[] {
  const { arrange = "row", children, gap = GAP } = box;
  if (arrange === "wrap") return wrapped(children, inner);
  if (arrange === "side") return beside(children, inner);
  let { x, y } = inner;
  return children.map((child) => {
    const size = measure(child, inner.width);
    const isLast = child === children.at(-1);
    // What is last takes the rest; a frame around what runs on an instance does not.
    const stretched =
      arrange !== "stack" && child.children.length > 0 && child.kind !== "compute" && child.kind !== "account";
    if (arrange === "row") {
      const height = child.children.length > 0 ? inner.height : size.height;
      const width = isLast && child.children.length > 0 ? inner.x + inner.width - x : size.width;
      const frame = { x, y: inner.y + (inner.height - height) / 2, width, height };
      x += width + gap;
      return [child, frame];
    }
    const height = stretched && isLast ? inner.y + inner.height - y : size.height;
    const frame = { x: inner.x, y, width: inner.width, height };
    y += size.height + gap;
    return [child, frame];
  });
}

function wrapped(children: readonly Box[], inner: Frame): (readonly [Box, Frame])[] {
  let { y } = inner;
  return rowsOf(children, inner.width).flatMap((row) => {
    // All rows end where the frame does.
    const spare = (inner.width - row.width) / row.boxes.length;
    let { x } = inner;
    const placed = row.boxes.map((child): readonly [Box, Frame] => {
      const { width } = measure(child);
      const frame = { x, y, width: width + Math.min(spare, 60), height: row.height };
      x += frame.width + GAP;
      return [child, frame];
    });
    y += row.height + GAP;
    return placed;
  });
}

/** The others below each other at the bottom, and the first child in the middle, or above them where that is too low. */
function beside(children: readonly Box[], inner: Frame): (readonly [Box, Frame])[] {
  const [first, ...others] = children;
  let y = inner.y + inner.height;
  const low = others.reverse().map((child): readonly [Box, Frame] => {
    const { height } = measure(child);
    y -= height;
    const frame = { x: inner.x, y, width: inner.width, height };
    y -= GAP;
    return [child, frame];
  });
  if (!first) return low;
  const { height } = measure(first);
  const top = Math.min(inner.y + (inner.height - height) / 2, y - height);
  return [[first, { x: inner.x, y: top, width: inner.width, height }], ...low];
}
