/** Time, as a port, so that tests move it instead of sleeping. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number
  /** Milliseconds of a clock that never jumps; for durations and grace periods. */
  monotonic(): number
  /**
   * Names the run of the machine: what `monotonic` gave in two processes can be compared where this is
   * the same.
   */
  boot(): string
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
