import { expect, it } from 'vitest'
import { formOf, type ServerWorld, serverWorld } from '../tests/server-world.ts'

interface Stored {
  status: number
  reason?: string
  documentId?: string
}

interface Sent {
  chapterId: string
  name: string
  text: string
  /** Left out, the chapter's own answer counts. */
  onConflict?: string
}

type Send = (world: ServerWorld, token: string, file: Sent) => Promise<Stored>

interface Answer {
  doc_id?: string
  document_id?: string
  s3_presigned_url?: string
  reason?: string
}

const read = async (answer: Response) => ({
  ...((await answer.json()) as Answer),
  httpStatus: answer.status,
})

/** Sends the bytes to the address that was given, and says what became of them. */
async function put(
  world: ServerWorld,
  token: string,
  { begun, text }: { begun: Answer; text: string },
): Promise<Stored> {
  await world.ask('PUT', begun.s3_presigned_url ?? '', { body: text })
  const json = { doc_id: begun.doc_id }
  const ended = await read(await world.ask('POST', '/upload/complete', { token, json }))
  return outcome(ended)
}

const outcome = ({ httpStatus, reason, document_id: id }: Answer & { httpStatus: number }) => ({
  status: httpStatus,
  ...(reason && { reason }),
  ...(id && { documentId: id }),
})

const asked = ({ chapterId, name, text, onConflict }: Sent) => ({
  doc_name: name,
  file_size: text.length,
  chapter_id: chapterId,
  ...(onConflict && { on_conflict: onConflict }),
})

const DOORS: Record<string, Send> = {
  'an upload of one file': async (world, token, file) => {
    const json = asked(file)
    const begun = await read(await world.ask('POST', '/upload/request', { token, json }))
    return begun.s3_presigned_url ? put(world, token, { begun, text: file.text }) : outcome(begun)
  },

  'an upload of many': async (world, token, file) => {
    const json = { files: [asked(file)] }
    const answer = await world.ask('POST', '/api/v1/uploads/batch', { token, json })
    const { items } = (await answer.json()) as {
      items: { upload?: Answer; problem?: { status: number; reason: string } }[]
    }
    const [item] = items
    if (item?.problem) return { status: item.problem.status, reason: item.problem.reason }
    return put(world, token, { begun: item?.upload ?? {}, text: file.text })
  },

  'a form': async (world, token, { chapterId, name, text, onConflict }) => {
    const form = formOf([
      ['chapter_id', chapterId],
      ...(onConflict ? [['on_conflict', onConflict] as [string, string]] : []),
      ['file', text, name],
    ])
    const sent = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
    return outcome(await read(sent))
  },
}

async function shelf() {
  const world = await serverWorld()
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'admin', { bookId: book.id })
  const chapterId = book.chapters[0] ?? ''
  const documents = async () => {
    const path = `/api/v1/documents?chapter=${chapterId}&sort=name`
    const page = (await (await world.ask('GET', path, { token })).json()) as {
      items: { name: string; version_count: number }[]
    }
    return page.items.map(({ name, version_count: count }) => `${name} ${count}`)
  }
  return { world, token, chapterId, documents }
}

it.each(Object.entries(DOORS))(
  '%s answers a taken name as wished, else as its chapter says',
  async (_, send) => {
    const { world, token, chapterId, documents } = await shelf()
    const file = (text: string, onConflict?: string) =>
      send(world, token, {
        chapterId,
        name: 'plan.txt',
        text,
        ...(onConflict !== undefined && { onConflict }),
      })
    const answering = (on_conflict: string | null) =>
      world.ask('PATCH', `/api/v1/chapters/${chapterId}`, { token, json: { on_conflict } })
    const taken = { status: 409, reason: 'NAME_TAKEN' }

    const first = await file('one', 'ask')
    expect(await file('two', 'ask')).toEqual(taken)
    expect(await documents()).toEqual(['plan.txt 1'])
    expect((await file('three', 'version')).documentId).toBe(first.documentId)
    expect((await file('four', 'keep_both')).documentId).not.toBe(first.documentId)
    expect(await documents()).toEqual(['plan (2).txt 1', 'plan.txt 2'])

    await file('five')
    expect(await documents()).toEqual(['plan (2).txt 1', 'plan.txt 3'])
    await answering('keep_both')
    await file('six')
    expect(await documents()).toEqual(['plan (2).txt 1', 'plan (3).txt 1', 'plan.txt 3'])
    await answering('ask')
    expect(await file('seven')).toEqual(taken)
    // Who says what is wished need not ask the chapter.
    await file('eight', 'version')
    expect(await documents()).toEqual(['plan (2).txt 1', 'plan (3).txt 1', 'plan.txt 4'])
  },
)
