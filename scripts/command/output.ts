import type { Command } from 'commander'

/** Prints `value` as JSON when `--json` was given, else as `toText` puts it. */
export function print<T>(command: Command, value: T, toText: (value: T) => string): void {
  const asJson = command.optsWithGlobals<{ json?: boolean }>().json
  console.log(asJson ? JSON.stringify(inSnakeCase(value), null, 2) : toText(value))
}

/** Names as the API writes them, so that a script reads both alike. */
function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inSnakeCase(each),
    ]),
  )
}

/** Rows in columns as wide as their longest cell, under a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** `1536` is `1.5 KiB`. */
export function bytes(size: number): string {
  const power = size < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(size) / 10))
  const shown = size / 1024 ** power
  return `${power === 0 ? shown : shown.toFixed(1)} ${UNITS[power]}`
}

/** `2026-11-21 04:05`, in the time zone of the machine. */
export function time(epochMs: number | undefined): string {
  if (epochMs === undefined) return '-'
  return new Date(epochMs).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

/**
 * One line on a terminal that says how far long work is; silent anywhere else, and never on
 * standard output, where the answer goes.
 */
export function progressLine(label: string) {
  const isShown = process.stderr.isTTY
  let last = 0
  return {
    update(text: string) {
      if (!isShown || performance.now() - last < 100) return
      last = performance.now()
      process.stderr.write(`\r\x1b[K${label}: ${text}`)
    },
    end() {
      if (isShown) process.stderr.write('\r\x1b[K')
    },
  }
}
