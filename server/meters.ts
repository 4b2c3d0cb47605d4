import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Requested } from '../core/ingest/request-upload.ts'
import type { Ports } from '../core/ports/index.ts'
import { directoryMeters } from './directory-meters.ts'
import { endingMeters } from './ending-meters.ts'
import { levelMeters } from './level-meters.ts'
import type { Walls } from './readiness.ts'
import { storeMeters } from './store-meters.ts'

/** Sizes are sums over all rows; they are asked for at most this often, in milliseconds. */
const USAGE_MS = 30_000

/** What is measured of this process and of the catalog. */
export interface Meters {
  request(labels: { method: string; route: string; status: number }, seconds: number): void
  received(bytes: number): void
  /** An upload got a URL. @param askedAt when the call began: an older upload got another one */
  requested(given: Requested, askedAt: number): void
  /** A span was left out, as there were too many. */
  leftOut(): void
  /** Prometheus text. */
  text(): Promise<string>
  contentType: string
}

export function meters(
  ports: Pick<Ports, 'catalog' | 'clock' | 'directory'>,
  sloPerThousand: number,
  sandbox?: () => Promise<Walls>,
): Meters {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Histogram({
    name: 'onefold_http_request_duration_seconds',
    help: 'Duration of HTTP requests by route template',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  })
  const received = new Counter({
    name: 'onefold_upload_bytes_total',
    help: 'Bytes of files received over HTTP',
    registers,
  })
  const uploads = new Counter({
    name: 'onefold_uploads_total',
    help: 'Files received over HTTP',
    registers,
  })
  const urls = new Counter({
    name: 'onefold_upload_urls_total',
    help: 'Answers to upload requests: a first URL, another one for an upload that had one, or none as there was nothing to send',
    labelNames: ['kind'],
    registers,
  })
  const leftOut = new Counter({
    name: 'onefold_traces_left_out_total',
    help: 'Spans that were not kept because there were too many at once',
    registers,
  })
  catalogGauges(ports, registers)
  endingMeters(ports, registers)
  storeMeters(ports, registers)
  directoryMeters(ports, registers)
  levelMeters(ports, { perThousand: sloPerThousand, registers })
  if (sandbox) sandboxGauge(sandbox, registers)
  let hasDefaults = false
  return {
    request: ({ method, route, status }, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    received(bytes) {
      uploads.inc()
      received.inc(bytes)
    },
    requested({ upload, token }, askedAt) {
      const kind = upload.createdAt < askedAt ? 'again' : 'first'
      urls.inc({ kind: token === undefined ? 'none' : kind })
    },
    leftOut: () => leftOut.inc(),
    text() {
      // From the first question on: they keep watching the process, which costs a little.
      if (!hasDefaults) collectDefaultMetrics({ register: registry })
      hasDefaults = true
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}

function sandboxGauge(sandbox: () => Promise<Walls>, registers: Registry[]): void {
  new Gauge({
    name: 'onefold_sandbox',
    help: 'What stands around the readers of files: bwrap, socket, none, or missing where nothing works',
    labelNames: ['kind'],
    registers,
    async collect() {
      this.reset()
      const { kind } = await sandbox().catch(() => ({ kind: 'missing' }))
      this.set({ kind }, 1)
    },
  })
}

function catalogGauges(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  registers: Registry[],
): void {
  new Gauge({
    name: 'onefold_jobs',
    help: 'Jobs by state',
    labelNames: ['state'],
    registers,
    async collect() {
      const stats = await catalog.jobs.stats('all')
      for (const [state, count] of Object.entries(stats)) this.set({ state }, count)
    },
  })
  new Gauge({
    name: 'onefold_oldest_ready_job_seconds',
    help: 'How long the oldest ready job has waited',
    registers,
    async collect() {
      this.set((await catalog.jobs.oldestReadyMs(clock.now())) / 1000)
    },
  })
  let usage: ReturnType<typeof catalog.blobs.usage> | undefined
  let askedAt = 0
  new Gauge({
    name: 'onefold_bytes',
    help: 'Bytes kept: logical (as put in), unique, derived, reclaimable',
    labelNames: ['kind'],
    registers,
    async collect() {
      if (!usage || clock.monotonic() - askedAt > USAGE_MS) {
        usage = catalog.blobs.usage()
        askedAt = clock.monotonic()
      }
      const sizes = await usage
      this.set({ kind: 'logical' }, sizes.logicalBytes)
      this.set({ kind: 'unique' }, sizes.uniqueBytes)
      this.set({ kind: 'derived' }, sizes.derivedBytes)
      this.set({ kind: 'reclaimable' }, sizes.reclaimableBytes)
    },
  })
}
