// The health check of the image: ends with 0 when the server answers on its own machine.
const port = process.env.ONEFOLD_PORT || '8000'
const { ok } = await fetch(`http://127.0.0.1:${port}/healthz`, {
  signal: AbortSignal.timeout(4_000),
})
process.exitCode = ok ? 0 : 1
