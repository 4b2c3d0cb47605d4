/** Column of a cell reference, from 0: `A1` is 0, `AB7` is 27. */
export function columnOf(reference: string): number {
  let column = 0
  for (const letter of reference) {
    const value = letter.charCodeAt(0) - 64
    if (value < 1 || value > 26) break
    column = column * 26 + value
  }
  return column - 1
}

/** Formats that every workbook has without saying so (ECMA-376 part 1, 18.8.30). */
const BUILT_IN_DATES = (id: number): boolean =>
  (id >= 14 && id <= 22) ||
  (id >= 27 && id <= 36) ||
  (id >= 45 && id <= 47) ||
  (id >= 50 && id <= 58)

/** Whether a number format shows dates: by its number, or by letters outside quotes and brackets. */
export function isDateFormat(id: string, code?: string): boolean {
  if (code === undefined) return BUILT_IN_DATES(Number(id))
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '')
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare)
}

const DAY_MS = 86_400_000

/** A serial day as an ISO date, with the time when it has one (18.17.4.1). */
export function dateOf(serial: number, from1904: boolean): string {
  // Day 60 of the 1900 system is 29 February 1900, which never was; later days are one too many.
  const days = from1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial
  const time = new Date(Date.UTC(1899, 11, 30) + Math.round(days * DAY_MS))
  if (Number.isNaN(time.getTime())) return String(serial)
  const [day = '', clock = ''] = time.toISOString().split('T')
  if (serial < 1) return clock.slice(0, 8)
  return Number.isInteger(serial) ? day : `${day} ${clock.slice(0, 5)}`
}
