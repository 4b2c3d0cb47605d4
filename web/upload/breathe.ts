/** Gives the page a turn: what is typed, clicked or to be drawn meanwhile goes first. */
export const breathe = (): Promise<void> =>
  'scheduler' in globalThis && 'yield' in scheduler
    ? scheduler.yield()
    : new Promise((resolve) => setTimeout(resolve))
