import { randomBytes } from 'node:crypto'
import type { EpochKey, KeyRing } from '../ports/key-ring.ts'
import { chainOf, KEY_BYTES, keyAfter, nextKey } from './key.ts'

/** What is kept of a chain on the box. */
export interface RingState extends EpochKey {
  /** When the key became this one, epoch ms. */
  since: number
}

/** Where the state lies. Each method is durable on return, and synchronous. */
export interface RingStore {
  /** The state that is valid now, whoever wrote it; a new chain's where there is none. */
  load(): RingState
  save(state: RingState): void
  first(): Buffer | undefined
  dropFirst(): void
  /** Puts a new chain in the place of the old one, first key and all. */
  begin(first: Buffer, state: RingState): void
}

/** How long a key is used, in milliseconds. */
const HOUR_MS = 3_600_000

/** A ring over a store that other processes use as well. */
export function keyRing(store: RingStore, now: () => number): KeyRing {
  let held: RingState = store.load()
  const hold = (next: RingState) => {
    if (next === held) return
    held.key.fill(0)
    held = next
  }
  const moveOn = (): boolean => {
    const last = store.load()
    // Another process may have moved it on already; and a chain that was renewed counts for all.
    if (last.chain !== held.chain || last.epoch >= held.epoch) hold(last)
    const at = now()
    // A clock that was set back must not make a key last until it has caught up.
    if (Math.abs(at - held.since) < HOUR_MS) return false
    const next = { ...held, epoch: held.epoch + 1, key: nextKey(held.key), since: at }
    store.save(next)
    hold(next)
    return true
  }
  return {
    keyFor(last) {
      if (last && last.chain !== held.chain) hold(store.load())
      if (last?.chain === held.chain && last.epoch > held.epoch) {
        const key = keyAfter(held.key, last.epoch - held.epoch)
        hold({ ...held, epoch: last.epoch, key })
      }
      return held
    },
    advance: moveOn,
    firstKey: () => store.first(),
    forgetFirst: () => store.dropFirst(),
    renew() {
      const first = randomBytes(KEY_BYTES)
      store.begin(first, newState(first, now()))
      hold(store.load())
    },
  }
}

/** The state that a chain begins with. */
export const newState = (first: Buffer, since: number): RingState => ({
  chain: chainOf(first),
  epoch: 0,
  key: Buffer.from(first),
  since,
})

/** A ring that ends with its process: for a catalog that nobody has to believe later. */
export function forgetfulRing(now: () => number = Date.now): KeyRing {
  let first: Buffer | undefined = randomBytes(KEY_BYTES)
  let state = newState(first, now())
  return keyRing(
    {
      load: () => ({ ...state, key: Buffer.from(state.key) }),
      save: (next) => {
        state = { ...next, key: Buffer.from(next.key) }
      },
      first: () => first,
      dropFirst: () => {
        first = undefined
      },
      begin: (begun, next) => {
        first = begun
        state = { ...next, key: Buffer.from(next.key) }
      },
    },
    now,
  )
}
