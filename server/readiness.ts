import { Buffer } from 'node:buffer'
import type { Ports } from '../core/ports/index.ts'

export interface Check {
  name: string
  ok: boolean
  message: string
}

type Checked = Pick<Ports, 'catalog' | 'blobs' | 'index' | 'embedder'>

/** A dependency that has not answered by then counts as failing, in milliseconds. */
const PATIENCE_MS = 5_000

/** Asks every dependency whether it does its work, all at once. */
export function checks({ catalog, blobs, index, embedder }: Checked): Promise<Check[]> {
  const work: Record<string, () => Promise<unknown>> = {
    catalog: () => catalog.check(),
    blobs: async () => {
      const staged = await blobs.stage(oneByte())
      await staged.discard()
    },
    index: () => index.count(),
    embedder: () => embedder.embed(['ready']),
  }
  return Promise.all(Object.entries(work).map(([name, ask]) => check(name, ask)))
}

/** The same for monitors, by name; what exactly is wrong is for administrators. */
export async function readiness(
  ports: Checked,
): Promise<{ status: 'ok' | 'failing'; checks: Record<string, string> }> {
  const all = await checks(ports)
  return {
    status: all.every(({ ok }) => ok) ? 'ok' : 'failing',
    checks: Object.fromEntries(all.map(({ name, ok }) => [name, ok ? 'ok' : 'failing'])),
  }
}

async function check(name: string, ask: () => Promise<unknown>): Promise<Check> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), PATIENCE_MS)
  try {
    await Promise.race([ask(), late.promise])
    return { name, ok: true, message: 'ok' }
  } catch (cause) {
    return { name, ok: false, message: cause instanceof Error ? cause.message : String(cause) }
  } finally {
    clearTimeout(timer)
  }
}

async function* oneByte() {
  yield Buffer.from('.')
}
