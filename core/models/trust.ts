import type { Ports } from '../ports/index.ts'
import { fingerprintOf } from './signature.ts'

/** Whether files signed with this key are taken without asking: our own, and those that are listed. */
export async function isTrusted(
  { models, keys }: Pick<Ports, 'models' | 'keys'>,
  publicKey: Uint8Array,
): Promise<boolean> {
  const fingerprint = fingerprintOf(publicKey)
  if (fingerprint === fingerprintOf(keys.signer.publicKey)) return true
  return (await models.carrier.trustedKeys()).includes(fingerprint)
}
