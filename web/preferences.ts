import { useSyncExternalStore } from 'react'

export type Density = 'normal' | 'dense'

const listeners = new Set<() => void>()

const remember = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}

const current = (): Density =>
  document.documentElement.dataset.density === 'dense' ? 'dense' : 'normal'

/** Height of list rows. theme-boot.js reads the same key before the first paint. */
export function setDensity(density: Density): void {
  document.documentElement.dataset.density = density
  remember('onefold.density', density)
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useDensity = (): Density => useSyncExternalStore(subscribe, current)

/** Row height in pixels, for virtual lists; equal to `--of-row`. */
export const useRowHeight = (): number => (useDensity() === 'dense' ? 36 : 44)
