/**
 * Runs `work` while CDKTF's stack traces cost nothing: it captures one for each token and formats it at once, a third of
 * a synth and most of it under jest. Errors are not touched: they do not go through `Error.captureStackTrace`.
 */
export function withoutStackTraces<T>(work: () => T): T {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    return work();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
