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
  | "outside";

/** A box of the drawing; one with children is drawn around them. */
export interface Box {
  /** Unique in the drawing; a word that can be part of an HTML id. */
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  readonly detail?: string;
  /** Resource that it shows, `<stack>/<address>`. */
  readonly resource?: string;
  readonly children: readonly Box[];
  /** No edge leads to a child: they are packed like bricks. */
  readonly packed?: boolean;
}

/** `request`: of a consumer; `data`: to what the application keeps; `service`: to APIs of AWS; `control`: no packets. */
export type EdgeKind = "request" | "data" | "service" | "control";

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Ids of the expectations whose packets take it. */
  readonly paths: readonly string[];
  readonly label?: string;
}

export interface Drawing {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** All boxes of a tree, outer ones first. */
export const flatten = (boxes: readonly Box[]): Box[] => boxes.flatMap((box) => [box, ...flatten(box.children)]);

/** A text as part of an HTML id. */
export const idOf = (text: string): string => text.replace(/[^A-Za-z0-9_-]+/g, "-");
