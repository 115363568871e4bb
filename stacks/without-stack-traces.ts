/**
 * Runs `work` while stack traces cost nothing. CDKTF captures one for each token and reads it at once; mapping them to
 * TypeScript lines takes a third of a synth, and most of it under jest. V8 formats the trace of an error only when it is
 * first read, so an error that leaves `work` still has its own.
 */
export function withoutStackTraces<T>(work: () => T): T {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = () => "";
  try {
    return work();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}
