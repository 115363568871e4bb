export const OUTPUT_ENDED: string;
export const INTERRUPTIONS: readonly string[];
