import type { ExportedEntry } from '../../core/audit/export.ts'
import { keyAfter } from '../../core/audit/key.ts'
import { recordOf } from '../../core/audit/record.ts'
import { macOf, NOTHING_BEFORE } from '../../core/audit/seal.ts'

/** Chance that can be had again: xorshift32. */
export function chance(seed: number) {
  let state = seed || 1
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Chance = ReturnType<typeof chance>

/** What somebody does who has all entries, and the key of the last hour. */
interface Attack {
  entries: ExportedEntry[]
  random: Chance
  /** The first key; an attack takes no more of it than the key of the last epoch. */
  first: Buffer
}

/** Ways to tamper; each changes `entries` and leaves something changed for sure. */
export const ATTACKS = {
  edit({ entries, random }) {
    const entry = entries[random(entries.length)]
    if (entry) edit(entry, random)
  },
  'edit and seal anew'({ entries, random, first }) {
    const at = random(entries.length)
    const entry = entries[at]
    if (!entry) return
    // What it says, not its seal: that would be as it was.
    edit(entry, random, 3)
    sealAnew(entries, at, first)
  },
  remove({ entries, random }) {
    entries.splice(random(entries.length - 6), 1 + random(5))
  },
  'remove and number anew'({ entries, random }) {
    entries.splice(random(entries.length - 6), 1 + random(5))
    number(entries)
  },
  'remove, number and seal anew'({ entries, random, first }) {
    const at = random(entries.length - 6)
    entries.splice(at, 1 + random(5))
    number(entries)
    sealAnew(entries, at, first)
  },
  swap({ entries, random }) {
    const [one, other] = two(entries, random)
    const [first, second] = [entries[one], entries[other]]
    if (first && second) [entries[one], entries[other]] = [second, first]
  },
  'swap and number anew'(attack) {
    ATTACKS.swap(attack)
    number(attack.entries)
  },
  move({ entries, random }) {
    const [from, to] = two(entries, random)
    entries.splice(to, 0, ...entries.splice(from, 1))
  },
  'move and number anew'(attack) {
    ATTACKS.move(attack)
    number(attack.entries)
  },
  add({ entries, random }) {
    const [from, to] = two(entries, random)
    const copy = entries[from]
    if (copy) entries.splice(to, 0, { ...copy })
    number(entries)
  },
  truncate({ entries, random }) {
    entries.splice(1 + random(entries.length - 1))
  },
} satisfies Record<string, (attack: Attack) => void>

/** Ways to tamper with the text of a file, whose lines are header, entries, head. */
export const LINE_ATTACKS = {
  'cut the end, keep the last line'(lines, random) {
    lines.splice(2 + random(lines.length - 3), lines.length, lines.at(-1) ?? '')
  },
  'turn nothing into something'(lines, random) {
    const at = 1 + random(lines.length - 2)
    const something = ['["x"]', '{"ip":"10.6.6.6"}', '7', 'true'][random(4)]
    lines[at] = (lines[at] ?? '').replace(/:null/, `:${something}`)
  },
  'add a key'(lines, random) {
    const at = 1 + random(lines.length - 2)
    lines[at] = (lines[at] ?? '').replace(/}$/, ',"approved_by":"the chief"}')
  },
  'write a key twice'(lines, random) {
    const at = 1 + random(lines.length - 2)
    lines[at] = (lines[at] ?? '').replace('"action":', '"action":"document.purge","action":')
  },
  'change a letter'(lines, random) {
    const at = 1 + random(lines.length - 1)
    const line = lines[at] ?? ''
    const place = random(line.length)
    const other = [...'x0 "'].filter((letter) => letter !== line[place])[random(3)]
    lines[at] = `${line.slice(0, place)}${other}${line.slice(place + 1)}`
  },
} satisfies Record<string, (lines: string[], random: Chance) => void>

export type AttackName = keyof typeof ATTACKS | keyof typeof LINE_ATTACKS
export const ATTACK_NAMES = [...Object.keys(ATTACKS), ...Object.keys(LINE_ATTACKS)] as AttackName[]

/** The lines of a file that was tampered with in that way; everything else as in the sound one. */
export function tamperedLines(
  name: AttackName,
  { entries, random, first }: Attack,
  linesOf: (entries: readonly ExportedEntry[]) => string[],
): string[] {
  if (name in ATTACKS) {
    ATTACKS[name as keyof typeof ATTACKS]({ entries, random, first })
    return linesOf(entries)
  }
  const lines = linesOf(entries)
  LINE_ATTACKS[name as keyof typeof LINE_ATTACKS](lines, random)
  return lines
}

function two(entries: readonly unknown[], random: Chance): [number, number] {
  const one = random(entries.length)
  return [one, (one + 1 + random(entries.length - 1)) % entries.length]
}

function number(entries: ExportedEntry[]): void {
  for (const [i, entry] of entries.entries()) entries[i] = { ...entry, id: i + 1 }
}

const TEXTS = ['action', 'subject', 'detail', 'traceId'] as const
const NAMES = ['userId', 'subjectName', 'subjectPlace', 'address', 'door'] as const

/** Changes one thing about an entry: a time, a text, a name, or its seal. */
function edit(entry: ExportedEntry, random: Chance, ways = 5): void {
  const what = random(ways)
  if (what === 0) entry.at += 1 + random(1_000_000)
  else if (what === 1) change(entry, TEXTS[random(TEXTS.length)] ?? 'action', random)
  else if (what === 2) change(entry, NAMES[random(NAMES.length)] ?? 'userId', random)
  else if (what === 3 && entry.seal)
    entry.seal = { ...entry.seal, epoch: entry.seal.epoch + 1 + random(9) }
  else if (entry.seal) {
    const mac = Buffer.from(entry.seal.mac)
    mac[random(32)] = (mac[random(32)] ?? 0) ^ (1 + random(255))
    if (mac.equals(entry.seal.mac)) mac[0] = (mac[0] ?? 0) ^ 1
    entry.seal = { ...entry.seal, mac }
  }
}

function change(
  entry: ExportedEntry,
  name: (typeof TEXTS | typeof NAMES)[number],
  random: Chance,
): void {
  const text = entry[name] ?? ''
  const at = random(text.length + 1)
  entry[name] = `${text.slice(0, at)}${'abcxyz019'[random(9)]}${text.slice(at)}`
}

/** With the key that the box has now, for all that comes after a place. */
function sealAnew(entries: ExportedEntry[], from: number, first: Buffer): void {
  const { chain = '', epoch = 0 } = entries.at(-1)?.seal ?? {}
  const key = keyAfter(first, epoch)
  let before = entries[from - 1]?.seal?.mac ?? NOTHING_BEFORE
  for (let i = from; i < entries.length; i++) {
    const entry = entries[i]
    if (!entry) return
    const mac = macOf(key, before, recordOf(entry))
    entries[i] = { ...entry, seal: { chain, epoch, mac, link: Buffer.alloc(0) } }
    before = mac
  }
}
