import { Gauge, type Registry } from 'prom-client'
import type { Ports } from '../core/ports/index.ts'
import { serviceLevel, type WindowLevel } from '../core/upkeep/service-level.ts'

/** A month of uploads is counted at most this often, in milliseconds. */
const EVERY_MS = 30_000

/** How uploads went against the objective: the figures of the panel under Admin, Health. */
export function levelMeters(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  { perThousand, registers }: { perThousand: number; registers: Registry[] },
): void {
  let counted: Promise<WindowLevel[]> | undefined
  let countedAt = 0
  const levels = () => {
    if (!counted || ports.clock.monotonic() - countedAt > EVERY_MS) {
      countedAt = ports.clock.monotonic()
      counted = serviceLevel(ports, perThousand)
      counted.catch(() => {
        counted = undefined
      })
    }
    return counted
  }
  const gauge = <Label extends string>(
    about: { name: string; help: string; labelNames: Label[] },
    set: (gauge: Gauge<Label>, level: WindowLevel) => void,
  ) =>
    new Gauge({
      ...about,
      registers,
      async collect() {
        this.reset()
        for (const level of await levels()) set(this, level)
      },
    })
  gauge(
    {
      name: 'onefold_slo_uploads',
      help: 'Uploads that ended in the window, by how: complete, or the reason of the failure',
      labelNames: ['window', 'how'],
    },
    (uploads, { window, complete, failed }) => {
      uploads.set({ window, how: 'complete' }, complete)
      for (const { reason, count } of failed) uploads.set({ window, how: reason }, count)
    },
  )
  gauge(
    {
      name: 'onefold_slo_error_budget_left_ratio',
      help: 'Of the failures that the objective allows in the window, the share that is left',
      labelNames: ['window'],
    },
    (budget, { window, budgetLeft }) => {
      if (budgetLeft !== undefined) budget.set({ window }, budgetLeft)
    },
  )
  gauge(
    {
      name: 'onefold_slo_searchable_seconds',
      help: 'From a file being stored to being findable, of the window',
      labelNames: ['window', 'quantile'],
    },
    (seconds, { window, findable: { p50Ms, p95Ms } }) => {
      if (p50Ms !== undefined) seconds.set({ window, quantile: '0.5' }, p50Ms / 1000)
      if (p95Ms !== undefined) seconds.set({ window, quantile: '0.95' }, p95Ms / 1000)
    },
  )
  gauge(
    {
      name: 'onefold_slo_renewed_uploads',
      help: 'Uploads that ended in the window and whose address was made anew',
      labelNames: ['window'],
    },
    (uploads, { window, renewed }) => uploads.set({ window }, renewed.uploads),
  )
}
