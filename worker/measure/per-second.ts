/** Work to be timed: one call does `amount` of what is counted. */
export interface Timed {
  amount: number
  run(): Promise<unknown>
}

/** Long enough that a first slow call does not decide. */
const LEAST_MS = 2_000
const MOST_CALLS = 200

/** How much of it is done in a second, once it is warm. */
export async function perSecond({ amount, run }: Timed): Promise<number> {
  await run()
  const start = performance.now()
  let calls = 0
  while (calls === 0 || (performance.now() - start < LEAST_MS && calls < MOST_CALLS)) {
    await run()
    calls++
  }
  return (calls * amount * 1000) / (performance.now() - start)
}
