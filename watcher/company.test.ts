import { expect, it } from 'vitest'
import type { NewVersion, Ports } from '../core/ports/index.ts'
import { company } from './company.ts'

const input = {} as NewVersion

/** A catalog that only tells who came to it. */
function counted(size: number) {
  const late = Promise.withResolvers<void>()
  const clock = { sleep: () => late.promise }
  const came: string[] = []
  const ingest = {
    begin: async () => {
      came.push('begin')
      return { publishPath: 'path' }
    },
    finish: async () => {
      came.push('finish')
      return {}
    },
  }
  const ports = { catalog: { ingest }, clock } as unknown as Pick<Ports, 'catalog' | 'clock'>
  const members = company(ports, size)
  const begin = async (index: number) => members[index]?.ports.catalog.ingest.begin(input)
  const finish = async (index: number) => members[index]?.ports.catalog.ingest.finish(input, 'path')
  const turns = async () => {
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  return { late: late.resolve, came, members, begin, finish, turns }
}

it('lets all through when the last of them has come', async () => {
  const on = counted(3)
  const begun = [on.begin(0), on.begin(1)]
  await on.turns()
  expect(on.came).toEqual([])
  await Promise.all([...begun, on.begin(2)])
  expect(on.came).toEqual(['begin', 'begin', 'begin'])
  await Promise.all([0, 1, 2].map((index) => on.finish(index)))
  expect(on.came).toHaveLength(6)
})

it('waits for nobody who has left, wherever that was', async () => {
  const on = counted(3)
  const begun = [on.begin(0), on.begin(1)]
  on.members[2]?.leave()
  await Promise.all(begun)
  const finished = on.finish(0)
  on.members[1]?.leave()
  await finished
  expect(on.came).toEqual(['begin', 'begin', 'finish'])
})

it('goes on without one who is late, and lets him through when he comes', async () => {
  const on = counted(2)
  const first = on.begin(0)
  await on.turns()
  expect(on.came).toEqual([])
  on.late()
  await first
  await on.begin(1)
  expect(on.came).toEqual(['begin', 'begin'])
})

it('lets one through at once who tries the same again', async () => {
  const on = counted(2)
  await Promise.all([on.begin(0), on.begin(1)])
  await on.begin(0)
  expect(on.came).toHaveLength(3)
})
