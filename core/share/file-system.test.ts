import { expect, it } from 'vitest'
import { fileSystemOf } from './file-system.ts'

it('knows what is local and what is made up', async () => {
  expect(await fileSystemOf('/proc')).toEqual({
    name: 'unknown',
    isNetwork: false,
    hasTrueCtime: false,
  })
  const here = await fileSystemOf(import.meta.dirname)
  expect([here.isNetwork, typeof here.name]).toEqual([false, 'string'])
})

it('says what the system says when there is nothing', async () => {
  await expect(fileSystemOf('/nothing/here')).rejects.toMatchObject({ code: 'ENOENT' })
})
