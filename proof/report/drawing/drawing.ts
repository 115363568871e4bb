/** What a box stands for; decides its colour. */
export type BoxKind =
  | "account"
  | "vpc"
  | "zone"
  | "subnet"
  | "group"
  | "network"
  | "load-balancer"
  | "compute"
  | "data"
  | "privatelink"
  | "security"
  | "operations"
  | "outside"
  | "plain"
  | "legend";

/** How a box places what is in it: the last of a `column` takes its rest, that of a `stack` does not; a `wrap` fills rows as wide as its neighbours. */
export type Arrangement = "row" | "column" | "stack" | "wrap" | "side";

/** A box of the drawing; one with children is drawn around them. */
export interface Box {
  /** Unique in the drawing; a word that can be part of an HTML id. */
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  readonly detail?: string;
  /** Sign beside the title. */
  readonly sign?: Sign;
  /** Resource that it shows, `<stack>/<address>`. */
  readonly resource?: string;
  readonly children: readonly Box[];
  /** No edge leads to a child: they are packed like bricks. */
  readonly packed?: boolean;
  /** @default "row" */
  readonly arrange?: Arrangement;
  /** Pixels between children. @default 14 */
  readonly gap?: number;
  /** Pixels that it is high at least. */
  readonly leastHeight?: number;
  /** Boxes that stand on its lower border. */
  readonly border?: readonly Box[];
  /** Pixels left free beside the children for lines. */
  readonly lanes?: { readonly right: number; readonly bottom: number };
}

export type Sign =
  | "client"
  | "endpoint"
  | "load-balancer"
  | "task"
  | "instance"
  | "function"
  | "database"
  | "files"
  | "gateway"
  | "cluster"
  | "registry"
  | "bucket"
  | "secret"
  | "logs"
  | "alarm"
  | "dashboard"
  | "queue"
  | "clock"
  | "vault"
  | "filter"
  | "topic";

/**
 * `request`: of a consumer; `data`: to what the application keeps; `service`: to APIs of AWS; `control`: no packets;
 * `replica`: what AWS copies.
 */
export type EdgeKind = "request" | "data" | "service" | "control" | "replica";

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Ids of the expectations whose packets take it. */
  readonly paths: readonly string[];
  readonly label?: string;
  /** TLS ends at its end. */
  readonly endsTls?: boolean;
}

export interface Drawing {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** All boxes of a tree, outer ones first. */
export const flatten = (boxes: readonly Box[]): Box[] =>
  boxes.flatMap((box) => [box, ...flatten(box.children), ...flatten(box.border ?? [])]);

/** A text as part of an HTML id. */
export const idOf = (text: string): string => text.replace(/[^A-Za-z0-9_-]+/g, "-");
