import { Gauge, type Registry } from 'prom-client'
import { lastVerified } from '../core/audit/verify-box.ts'
import type { Ports } from '../core/ports/index.ts'
import { scrubState } from '../core/upkeep/scrub.ts'

/** Whether the store keeps what it promised, asked of the catalog each time. */
export function storeMeters({ catalog }: Pick<Ports, 'catalog'>, registers: Registry[]): void {
  new Gauge({
    name: 'onefold_store_alarms',
    help: 'Alarms of the store that stand; no bytes are removed meanwhile',
    registers,
    async collect() {
      this.set((await catalog.care.alarms()).length)
    },
  })
  auditMeters({ catalog }, registers)
  new Gauge({
    name: 'onefold_damaged_contents',
    help: 'Contents whose bytes are damaged and not healed yet',
    registers,
    async collect() {
      this.set(await catalog.copies.damaged())
    },
  })
  new Gauge({
    name: 'onefold_scrub_bytes',
    help: 'Bytes that this round of the scrub has read, and of how many',
    labelNames: ['kind'],
    registers,
    async collect() {
      const state = await scrubState({ catalog })
      this.set({ kind: 'read' }, state?.bytesRead ?? 0)
      this.set({ kind: 'total' }, state?.bytesTotal ?? 0)
    },
  })
  new Gauge({
    name: 'onefold_scrub_last_round_timestamp_seconds',
    help: 'When the last whole round of the scrub ended; 0 for never',
    registers,
    async collect() {
      this.set(((await scrubState({ catalog }))?.last?.endedAt ?? 0) / 1000)
    },
  })
}

function auditMeters({ catalog }: Pick<Ports, 'catalog'>, registers: Registry[]): void {
  new Gauge({
    name: 'onefold_audit_broken_entry',
    help: 'Number of the first audit entry that does not fit, at the last look; 0 when all fit',
    registers,
    async collect() {
      this.set((await lastVerified({ catalog }))?.problem?.id ?? 0)
    },
  })
  new Gauge({
    name: 'onefold_audit_verified_timestamp_seconds',
    help: 'When the chain of the audit was last looked at; 0 for never',
    registers,
    async collect() {
      this.set(((await lastVerified({ catalog }))?.at ?? 0) / 1000)
    },
  })
}
