import { expect, it } from 'vitest'
import { recording } from '../../tests/recording.ts'
import { understandingBox } from '../../tests/understanding-box.ts'
import { missingWork, repeatStep } from './unread-files.ts'

it('counts contents that wait for a model, once each, and not while they are read again', {
  timeout: 120_000,
}, async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Harbour')
  const { actor } = await on.access()
  const said = recording([['alpha', 1]])
  for (const name of ['one.wav', 'two.wav']) await on.store(chapterId, name, said)
  await on.store(chapterId, 'log.txt', 'The keeper wrote it down.')
  await on.work()
  const speech = async () =>
    (await missingWork(on.ports, actor)).filter(({ step }) => step === 'speech')
  const waits = [{ step: 'speech', reason: 'NO_SPEECH_MODEL', contents: 1 }]
  expect(await speech()).toEqual(waits)
  expect(await repeatStep(on.ports, actor, { step: 'speech', onlyMissing: true })).toBe(1)
  expect(await speech()).toEqual([])
  await on.work()
  expect(await speech()).toEqual(waits)
  const member = { ...actor, orgRole: 'member' as const }
  await expect(missingWork(on.ports, member)).rejects.toMatchObject({ code: 'forbidden' })
})
