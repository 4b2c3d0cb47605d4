import { BlockList, isIP } from 'node:net'
import { AppError } from '../core/errors.ts'

/** Proxies whose word about the caller's address is taken. */
export interface TrustedProxies {
  has(address: string): boolean
}

/**
 * @param text addresses and networks (`10.0.0.0/8`), with commas between them; `none`, or ''
 * @throws AppError `bad_request` (reason `CONFIG`)
 */
export function trustedProxies(text: string): TrustedProxies {
  const list = new BlockList()
  for (const each of text.split(',').map((part) => part.trim())) {
    if (each === '' || each === 'none') continue
    const [address = '', prefix] = each.split('/')
    const family = familyOf(address)
    const length = prefix === undefined ? undefined : Number(prefix)
    const longest = family === 'ipv4' ? 32 : 128
    const isLength = length === undefined || (/^\d+$/.test(prefix ?? '') && length <= longest)
    if (!family || !isLength) throw unreadable(each)
    if (length === undefined) list.addAddress(address, family)
    else list.addSubnet(address, length, family)
  }
  return {
    has(address) {
      const family = familyOf(address)
      return family !== undefined && list.check(address, family)
    },
  }
}

/**
 * Where a request came from: the other end of the connection, or what a trusted proxy there says of
 * it. Only what trusted proxies have written counts: the list grows to the right, and its left end is
 * whatever the caller liked to send.
 */
export function clientAddress(
  peer: string | undefined,
  forwarded: string | undefined,
  proxies: TrustedProxies,
): string {
  let address = peer === undefined ? 'unknown' : plain(peer)
  const hops = (forwarded ?? '').split(',').map((hop) => plain(hop.trim()))
  while (proxies.has(address)) {
    const before = hops.pop()
    if (before === undefined || isIP(before) === 0) break
    address = before
  }
  return address
}

/** IPv4 as sockets of both families write it, and without the port that some proxies add. */
const plain = (address: string): string =>
  address
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/^\[(.*)\](:\d+)?$/, '$1')

const familyOf = (address: string) =>
  (({ 4: 'ipv4', 6: 'ipv6' }) as const)[isIP(address) as 4 | 6] as 'ipv4' | 'ipv6' | undefined

const unreadable = (text: string) =>
  new AppError(
    'bad_request',
    `ONEFOLD_TRUSTED_PROXIES: "${text}" is neither an address nor a network such as 10.0.0.0/8.`,
    { reason: 'CONFIG' },
  )
