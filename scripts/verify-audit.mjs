#!/usr/bin/env node
// Verifies an exported audit of Onefold on any machine with Node 18 or newer: this one file, no box, no
// packages, nothing of the product. It was written from docs/format.md alone, so that it can be read in
// a few minutes, and so that who checks need not believe who wrote.
//
//   node verify-audit.mjs audit.jsonl --key audit.key [--head heads.txt]
//
// Ends with 0 when all fits, with 1 when something does not, with 2 when it cannot tell.
import { createHash, createHmac } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const HOUR_MS = 3_600_000
/** Hours that a clock may be set back and forth between two entries. */
const SLACK_HOURS = 3
const MOST_HOURS = 1_000_000

const sha256 = (...pieces) =>
  pieces.reduce((hash, piece) => hash.update(piece), createHash('sha256'))
const bytes = (text) => Buffer.from(typeof text === 'string' ? text : '', 'base64url')

/** First keys by the name of their chain: `ofk1.<chain>.<key>`. */
export function keysIn(text) {
  const keys = new Map()
  for (const [, chain, key] of text.matchAll(/\bofk1\.([0-9a-f]{8})\.([\w-]{43})(?![\w-])/g)) {
    const name = sha256('onefold/audit/chain', bytes(key)).digest('hex').slice(0, 8)
    if (name === chain) keys.set(chain, { hour: 0, first: bytes(key), key: bytes(key) })
  }
  return keys
}

/** Heads by number of entry: `ofh1.<id>.<chain>.<code>`. */
export function headsIn(text) {
  const heads = new Map()
  for (const [, id, , code] of text.matchAll(/\bofh1\.(\d{1,15})\.([0-9a-f]{8})\.([\w-]{43})/g)) {
    heads.set(Number(id), [...(heads.get(Number(id)) ?? []), bytes(code)])
  }
  return heads
}

/** The key of an hour; each is the hash of the one before. */
function keyOf(known, hour) {
  if (!known || !Number.isSafeInteger(hour) || hour < 0 || hour > MOST_HOURS) return undefined
  if (hour < known.hour) Object.assign(known, { hour: 0, key: known.first })
  for (; known.hour < hour; known.hour++) {
    known.key = sha256('onefold/audit/next', known.key).digest()
  }
  return known.key
}

/** Columns of an entry, in the order of the record and of a line. */
const COLUMNS =
  'id at user_id action subject subject_name subject_place detail trace_id address door'.split(' ')

const recordOf = (entry) =>
  JSON.stringify(['onefold-audit-1', ...COLUMNS.map((name) => entry[name])])

/** Columns that are text in every entry, and those that may be null. */
const TEXTS = ['action', 'subject', 'detail', 'trace_id']
const MAYBE = ['user_id', 'subject_name', 'subject_place', 'address', 'door']

/** What is wrong with an entry, in words; undefined when it is as it was written. */
function wrongWith(entry, { last, isSelection, keys, heads }) {
  const isNext = entry.id === (last?.id ?? 0) + 1
  if (!isSelection && !isNext) return `stands where entry ${(last?.id ?? 0) + 1} belongs`
  if (!(entry.id > (last?.id ?? 0))) return 'is not where it was written'
  if (!TEXTS.every((name) => typeof entry[name] === 'string')) return 'is not as it was written'
  if (!MAYBE.every((name) => entry[name] === null || typeof entry[name] === 'string')) {
    return 'is not as it was written'
  }
  if (!keys.has(entry.chain)) return 'belongs to a chain whose key was not given'
  const key = keyOf(keys.get(entry.chain), entry.epoch)
  const before = isNext ? (last ? bytes(last.mac) : Buffer.alloc(32)) : bytes(entry.before)
  if (!key || before.length !== 32) return 'has no seal'
  const code = createHmac('sha256', key).update(before).update(recordOf(entry)).digest()
  if (!code.equals(bytes(entry.mac))) return 'was changed, or something before it was'
  const passed = last && Math.abs(entry.at - last.at) / HOUR_MS
  const moved = last?.chain === entry.chain ? entry.epoch - last.epoch : 0
  if (moved < 0 || moved > (passed ?? 0) + SLACK_HOURS)
    return 'was sealed at another time than it says'
  const told = heads.get(entry.id) ?? []
  return told.every((head) => head.equals(code)) ? undefined : 'is not the one that a head tells of'
}

/** A line as it is written for what was read from it: no other reader may take it for something else. */
function lineOf(row, isSelection) {
  const keys = [...COLUMNS, 'chain', 'epoch', 'mac', ...(isSelection ? ['before'] : [])]
  const codes = Object.fromEntries(
    ['mac', 'before'].map((name) => [name, bytes(row[name]).toString('base64url')]),
  )
  const exact = { ...row, ...codes }
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, exact[key]])))
}

/** Goes through the lines of an exported file, up to the first that does not fit. */
export async function verify(lines, keys, heads) {
  let isSelection
  let last
  let end
  let count = 0
  for await (const line of lines) {
    const row = parsed(line)
    if (isSelection === undefined) {
      if (row?.onefold_audit !== 1) throw new Error('This is no exported audit.')
      isSelection = row.selection === true
      continue
    }
    const isEnd = typeof row?.head === 'string' && line === JSON.stringify({ head: row.head })
    if (end === undefined && isEnd) {
      end = row.head
      continue
    }
    const isLine = end === undefined && row && line === lineOf(row, isSelection)
    const wrong = isLine
      ? wrongWith(row, { last, isSelection, keys, heads })
      : 'is not as it was written'
    if (wrong) return { count, last, wrong: `entry ${row?.id ?? (last?.id ?? 0) + 1} ${wrong}` }
    last = row
    count++
  }
  if (isSelection === undefined) throw new Error('This is no exported audit.')
  const wrong = isSelection ? undefined : endWrong({ last, end, heads })
  return { count, last, isSelection, ...(wrong && { wrong }) }
}

/** What the end of a whole file lacks: its own last line, or what a head from elsewhere tells of. */
function endWrong({ last, end, heads }) {
  const own = last && `ofh1.${last.id}.${last.chain}.${last.mac}`
  const furthest = Math.max(0, ...heads.keys())
  const gone = `entry ${(last?.id ?? 0) + 1} and all after it are gone`
  if (end !== own) return `${gone}: the file does not end as it was written`
  return furthest > (last?.id ?? 0) ? `${gone}: a head tells of ${furthest}` : undefined
}

function parsed(line) {
  try {
    const value = JSON.parse(line)
    return value instanceof Object ? value : undefined
  } catch {
    return undefined
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, head: { type: 'string' } },
  })
  const [file] = positionals
  if (!file || !values.key) throw new Error('verify-audit.mjs FILE --key FILE [--head FILE]')
  const keys = keysIn(readFileSync(values.key, 'utf8'))
  if (keys.size === 0) throw new Error(`There is no key in ${values.key}.`)
  const heads = values.head === undefined ? new Map() : headsIn(readFileSync(values.head, 'utf8'))
  if (values.head !== undefined && heads.size === 0) {
    throw new Error(`There is no head in ${values.head}.`)
  }
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity })
  const { count, last, wrong, isSelection } = await verify(lines, keys, heads)
  const until = last ? `, until entry ${last.id} of ${new Date(last.at).toISOString()}` : ''
  console.log(`${count} entries fit${until}; ${[...heads.values()].flat().length} heads given.`)
  console.log(
    wrong ? `NOT SOUND: ${wrong}.` : whatItMeans({ isSelection, hasHead: heads.size > 0 }),
  )
  return wrong ? 1 : 0
}

function whatItMeans({ isSelection, hasHead }) {
  if (isSelection) return 'Each is as it was written. A selection cannot tell what is missing.'
  if (hasHead) return 'All is well.'
  return 'All is well as far as the file goes. Whether its end is missing, only --head tells.'
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main()
  } catch (cause) {
    console.error(cause.message)
    process.exitCode = 2
  }
}
