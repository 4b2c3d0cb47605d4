const LEVELS: Record<number, string> = { 40: 'warning ', 50: 'error ', 60: 'fatal ' }
/** Fields of every line that say nothing to somebody at a terminal. */
const DULL = ['level', 'time', 'pid', 'hostname', 'name', 'msg']

/**
 * A line of a door's log for people: time, door, message, then what varies. Lines that are not of
 * our log, such as a crash of the engine, come as they are behind the door's name.
 */
export function readableLine(door: string, line: string): string {
  const entry = parse(line)
  if (!entry) return `         ${door.padEnd(7)}  ${line}`
  const at = new Date(Number(entry.time)).toLocaleTimeString('sv-SE')
  const fields = Object.entries(entry)
    .filter(([key]) => !DULL.includes(key))
    .map(([key, value]) => `${key}=${shown(value)}`)
  const level = LEVELS[Number(entry.level)] ?? ''
  return [`${at}  ${door.padEnd(7)} `, `${level}${entry.msg}`, ...fields].join(' ')
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const entry: Record<string, unknown> = JSON.parse(line)
    return typeof entry.msg === 'string' ? entry : undefined
  } catch {
    // Something else that starts with a brace.
    return undefined
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (isError(value)) return `${value.message}${value.stack ? `\n${value.stack}` : ''}`
  return JSON.stringify(value)
}

const isError = (value: unknown): value is { message: string; stack?: string } =>
  value instanceof Object && 'message' in value && 'stack' in value
