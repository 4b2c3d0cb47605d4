import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { AppError } from '../../core/errors.ts'

/** This machine, and the networks that are nobody's on the internet (RFC 1918, 4193, 3927, 6598). */
const HOUSE = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  HOUSE.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
] as const)
  HOUSE.addSubnet(network, prefix, 'ipv6')

/**
 * Texts are sent to this address: it has to be in the house, unless the configuration says otherwise.
 * 169.254.0.0/16 is not: clouds answer there with their secrets.
 *
 * @throws AppError `unavailable` (reason `OLLAMA_ADDRESS`, `OLLAMA_AWAY` for a name that nobody knows)
 */
export async function assertInHouse(url: string): Promise<void> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [{ address: host }] : await resolved(host)
  for (const { address } of addresses) {
    if (HOUSE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) continue
    throw new AppError(
      'unavailable',
      `The Ollama of the configuration is at ${address}, which is not in the house. Set ONEFOLD_OLLAMA_NETWORK=any if texts may be sent there.`,
      { reason: 'OLLAMA_ADDRESS' },
    )
  }
}

async function resolved(host: string): Promise<{ address: string }[]> {
  try {
    return await lookup(host, { all: true })
  } catch (cause) {
    throw new AppError('unavailable', `There is no machine called ${host}.`, {
      reason: 'OLLAMA_AWAY',
      cause,
    })
  }
}
