import { Gauge, type Registry } from 'prom-client'
import { directoryHealth } from '../core/directory/health.ts'
import type { Ports } from '../core/ports/index.ts'

const STATES = ['well', 'new', 'late', 'stopped', 'over'] as const

/** How it goes with the directory, asked of the catalog each time; nothing where there is none. */
export function directoryMeters(
  ports: Pick<Ports, 'catalog' | 'clock' | 'directory'>,
  registers: Registry[],
): void {
  if (!ports.directory) return
  new Gauge({
    name: 'onefold_directory_state',
    help: 'How it goes with the directory: 1 for the state that it is in',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = (await directoryHealth(ports))?.state
      for (const state of STATES) this.set({ state }, state === now ? 1 : 0)
    },
  })
  new Gauge({
    name: 'onefold_directory_synced_timestamp_seconds',
    help: 'When the directory was last taken over as a whole; 0 for never',
    registers,
    async collect() {
      this.set(((await directoryHealth(ports))?.syncedAt ?? 0) / 1000)
    },
  })
  new Gauge({
    name: 'onefold_directory_grace_left_seconds',
    help: 'How long people of the directory may go on while it is late; the whole grace while it is not',
    registers,
    async collect() {
      const { clock, directory } = ports
      const endsAt = (await directoryHealth(ports))?.graceEndsAt
      const leftMs = endsAt === undefined ? (directory?.graceMs ?? 0) : endsAt - clock.now()
      this.set(Math.max(0, leftMs) / 1000)
    },
  })
}
