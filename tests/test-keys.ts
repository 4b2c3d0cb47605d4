import { keysFrom } from '../core/keys.ts'

/** What the box computes with, from a master key that only tests have. */
export const testKeys = keysFrom(Buffer.alloc(32, 7))
