import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Node keeps what it compiled (`NODE_COMPILE_CACHE`): half of what a start of the box costs. */
export const COMPILED = join(tmpdir(), 'onefold-compiled')
