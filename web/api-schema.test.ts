import { readFile } from 'node:fs/promises'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { expect, it } from 'vitest'

it('is made from the contract as the server states it now', async () => {
  const contract = new URL('../server/openapi.json', import.meta.url)
  const made = `${COMMENT_HEADER}${astToString(await openapiTS(contract))}`
  const kept = await readFile(new URL('api.gen.ts', import.meta.url), 'utf8')
  // Made anew with: openapi-typescript server/openapi.json -o web/api.gen.ts
  expect(made === kept, 'web/api.gen.ts is older than server/openapi.json').toBe(true)
})
