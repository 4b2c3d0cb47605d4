import { expect, it } from 'vitest'
import { canBeOffline, isOffline, offline } from './offline.ts'

it.skipIf(!canBeOffline())(
  'M9: without any network, models come by one signed file, a file of each kind is found, and nothing calls out',
  async () => {
    const result = await offline()
    expect(result).toSatisfy(isOffline)
    expect(result.outbound).toEqual([])
  },
  600_000,
)
