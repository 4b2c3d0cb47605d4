import { expect, it } from 'vitest'
import { batchedNotifier } from './notifier.ts'

const turn = () => new Promise((resolve) => setTimeout(resolve))

it('tells of the first change at once, and of all that follow together', async () => {
  const notifier = batchedNotifier(60_000)
  let told = 0
  notifier.subscribe(() => told++)
  for (let change = 0; change < 1000; change++) notifier.changed()
  await turn()
  expect(told).toBe(1)
  expect(notifier.version()).toBe(1)
  for (let change = 0; change < 1000; change++) notifier.changed()
  await turn()
  expect(told).toBe(1)
})

it('tells again when its time has come', async () => {
  const notifier = batchedNotifier(5)
  const { promise, resolve } = Promise.withResolvers<void>()
  notifier.changed()
  await turn()
  notifier.subscribe(() => resolve())
  notifier.changed()
  await promise
  expect(notifier.version()).toBe(2)
})
