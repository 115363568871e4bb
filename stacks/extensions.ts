import type { Extensions } from "./extend";

/**
 * Your own changes to resources that no option reaches: docs/make-it-yours.md, "A property that no option reaches".
 * Updates of this project leave this file alone.
 */
export const extensions: Extensions = {};
