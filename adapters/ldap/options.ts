import type { PresetName } from './preset.ts'

/** Whether nobody but the people themselves may ask it anything: their way in is all there is. */
export const isAskedAsPeople = ({ bindPattern, bindDn }: LdapOptions): boolean =>
  bindPattern !== undefined && bindDn === undefined

/** A directory as the configuration describes it. */
export interface LdapOptions {
  id: string
  /** Servers of the same directory, in the order in which they are tried. */
  urls: readonly string[]
  preset: PresetName
  /** Authorities that are believed, as PEM, instead of those of the system. */
  ca?: string
  /** Whether this machine's own server may be asked in clear text. */
  isClearTextAllowed?: boolean
  /** Who looks things up; anonymous without. */
  bindDn?: string
  bindPassword?: string
  /** How a name becomes the one that is bound with, `{name}` in it; without, it is looked up first. */
  bindPattern?: string
  /** Found out when absent, as the two below it. */
  base?: string
  peopleBase?: string
  groupsBase?: string
  /** Who, beside what the preset says, is a person here; RFC 4515. */
  personFilter?: string
  /** Longest wait for one answer, in milliseconds. */
  timeoutMs: number
  pageSize: number
  syncMs: number
  graceMs: number
}
