export const OF_A_SYNTH: readonly string[];
