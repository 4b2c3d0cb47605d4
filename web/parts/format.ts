import { useTranslation } from 'react-i18next'

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

export interface Format {
  /** Decimal units, as disks are sold: `2.4 MB`. */
  bytes(size: number): string
  number(value: number): string
  /** A share from 0 to 1 as per cent. */
  percent(share: number): string
  /** Day, with the year: `12 Nov 2026`. */
  date(at: number): string
  /** Day and time to the minute. */
  dateTime(at: number): string
  /** How long ago: `3 minutes ago`. */
  ago(at: number): string
  /** A span of time: `420 ms`, `2.1 s`, `3 min`. */
  duration(ms: number): string
  /** Place in a recording: `1:02:03`, `0:06`. */
  clock(ms: number): string
  /** The language's own name of a language, by its ISO 639-1 code. */
  language(code: string): string
}

/** The browser's own variety of a language: dates of British readers are not American. */
const varietyOf = (language: string): string =>
  navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language

/** Making one costs more than drawing the line it stands in, and every line has its figures. */
const made = new Map<string, Format>()

/** Figures and times in the reader's own language. */
export function formatFor(spoken: string): Format {
  const known = made.get(spoken)
  if (known) return known
  const format = makeFormat(spoken)
  made.set(spoken, format)
  return format
}

function makeFormat(spoken: string): Format {
  const language = varietyOf(spoken)
  const unit = unitsOf(language)
  const number = new Intl.NumberFormat(language)
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const names = new Intl.DisplayNames(language, { type: 'language' })
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  return {
    bytes: (size) => bytes(size, unit),
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    date: (at) => date.format(at),
    dateTime: (at) => dateTime.format(at),
    ago: (at) => ago(at, relative),
    duration: (ms) => duration(ms, unit),
    clock,
    language: (code) => names.of(code) ?? code,
  }
}

type FormatUnit = (value: number, name: string, digits: number) => string

function unitsOf(language: string): FormatUnit {
  const formats = new Map<string, Intl.NumberFormat>()
  const formatOf = (unit: string, digits: number) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit,
      // The short form of a byte is the word `byte`, also for many; the narrow one has no space.
      unitDisplay: unit === 'byte' ? 'narrow' : 'short',
      maximumFractionDigits: digits,
    })
  return (value, name, digits) => {
    const key = `${name} ${digits}`
    const format = formats.get(key) ?? formatOf(name, digits)
    formats.set(key, format)
    return format.format(value).replace(/(\d)(\p{L})/u, '$1\u00a0$2')
  }
}

function bytes(size: number, unit: FormatUnit): string {
  let power = 0
  let rest = size
  while (rest >= 999.5 && power < BYTE_UNITS.length - 1) {
    rest /= 1000
    power += 1
  }
  const name = BYTE_UNITS[power] ?? 'byte'
  return unit(rest, name, power > 1 && rest < 100 ? 1 : 0)
}

function duration(ms: number, unit: FormatUnit): string {
  if (ms < 1000) return unit(Math.round(ms), 'millisecond', 0)
  if (ms < 60_000) return unit(ms / 1000, 'second', ms < 10_000 ? 1 : 0)
  if (ms < 3_600_000) return unit(ms / 60_000, 'minute', ms < 600_000 ? 1 : 0)
  return unit(ms / 3_600_000, 'hour', 1)
}

function ago(at: number, relative: Intl.RelativeTimeFormat): string {
  const seconds = Math.round((at - Date.now()) / 1000)
  for (const [name, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), name)
  }
  return relative.format(seconds > -10 ? 0 : seconds, 'second')
}

function clock(ms: number): string {
  const all = Math.floor(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(all / 3600)
  const minutes = Math.floor(all / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`
}

export function useFormat(): Format {
  return formatFor(useTranslation().i18n.language)
}
