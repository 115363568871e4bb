/**
 * The container's health check: exit code 0 if the server answers /health. An own small program, since images without
 * a shell have no curl either, and the whole application would take longer to load than to answer.
 */
const port = process.env.PORT ?? "8080";

fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(3_000) }).then(
  (response) => process.exit(response.ok ? 0 : 1),
  () => process.exit(1),
);

export {};
