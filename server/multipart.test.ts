import { describe, expect, it } from 'vitest'
import { boundaryOf, type FormPart, readForm, textOf } from './multipart.ts'

const FORM = [
  'a preamble nobody reads',
  '--XX',
  'Content-Disposition: form-data; name="folder"',
  '',
  'plans/2026',
  '--XX',
  'content-disposition:form-data; name=file; filename="C:\\dir\\na%22me.bin"',
  'Content-Type: application/octet-stream',
  '',
  'line one\r\n--X not the end\r\n--\r\n\r',
  '--XX  ',
  'Content-Disposition: form-data; name="empty"',
  '',
  '',
  '--XX--',
  'an epilogue',
].join('\r\n')

const bytes = Buffer.from(FORM)

async function* chunks(...parts: Uint8Array[]) {
  yield* parts
}

async function read(source: AsyncIterable<Uint8Array>, boundary = 'XX') {
  const parts: [string, string | undefined, string][] = []
  for await (const part of readForm(source, boundary)) {
    parts.push([part.name, part.filename, await textOf(part)])
  }
  return parts
}

const EXPECTED = [
  ['folder', undefined, 'plans/2026'],
  ['file', 'na"me.bin', 'line one\r\n--X not the end\r\n--\r\n\r'],
  ['empty', undefined, ''],
]

describe('readForm', () => {
  it('reads a form that comes in one piece', async () => {
    expect(await read(chunks(bytes))).toEqual(EXPECTED)
  })

  it('reads it the same wherever it is cut in two', async () => {
    for (let at = 1; at < bytes.length; at++) {
      const cut = chunks(bytes.subarray(0, at), bytes.subarray(at))
      expect(await read(cut), `cut at ${at}`).toEqual(EXPECTED)
    }
  })

  it('reads it byte by byte, with empty chunks between', async () => {
    const single = [...bytes].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array(0)])
    expect(await read(chunks(...single))).toEqual(EXPECTED)
  })

  it('skips what a reader leaves of a part', async () => {
    const names: string[] = []
    for await (const part of readForm(chunks(bytes), 'XX')) {
      names.push(part.name)
      await part.body.next()
    }
    expect(names).toEqual(['folder', 'file', 'empty'])
  })

  it('reads bytes of a file unchanged, whatever they are', async () => {
    const noise = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256))
    const head = Buffer.from('--B\r\nContent-Disposition: form-data; name="file"\r\n\r\n')
    const all = Buffer.concat([head, noise, Buffer.from('\r\n--B--\r\n')])
    const pieces = Array.from({ length: 100 }, (_, i) => all.subarray(i * 1000, i * 1000 + 1000))
    const got: Uint8Array[] = []
    for await (const part of readForm(chunks(...pieces), 'B')) {
      for await (const chunk of part.body) got.push(chunk)
    }
    expect(Buffer.concat(got).equals(noise)).toBe(true)
  })

  it('holds no more than it must of a large file', async () => {
    let sent = 0
    async function* endless() {
      yield Buffer.from('--B\r\nContent-Disposition: form-data; name="file"\r\n\r\n')
      const chunk = Buffer.alloc(64 * 1024, '\r\n--')
      for (; sent < 200; sent++) yield chunk
      yield Buffer.from('\r\n--B--')
    }
    for await (const part of readForm(endless(), 'B')) {
      let seen = 0
      for await (const chunk of part.body) {
        seen += chunk.byteLength
        expect(sent * 64 * 1024 - seen).toBeLessThanOrEqual(128 * 1024)
      }
      expect(seen).toBe(200 * 64 * 1024)
    }
  })

  it.each([
    ['is cut off inside a file', FORM.slice(0, 200)],
    ['is cut off inside headers', FORM.slice(0, 60)],
    ['is cut off right after a delimiter', FORM.slice(0, FORM.lastIndexOf('--'))],
    ['has no delimiter at all', 'nothing here'],
    ['is empty', ''],
    ['has a part without a name', '--XX\r\nContent-Type: text/plain\r\n\r\nx\r\n--XX--'],
    ['goes on after a delimiter', '--XXY\r\nContent-Disposition: form-data; name=a\r\n\r\n--XX--'],
    ['has endless headers', `--XX\r\n${'X: y\r\n'.repeat(5000)}`],
    [
      'has too many parts',
      `${'--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n'.repeat(101)}--XX--`,
    ],
  ])('refuses a form that %s', async (_, form) => {
    await expect(read(chunks(Buffer.from(form)))).rejects.toMatchObject({
      code: 'bad_request',
      reason: 'MULTIPART',
    })
  })

  it('refuses a text field that never ends', async () => {
    const part = (async () => {
      const head = '--XX\r\nContent-Disposition: form-data; name=folder\r\n\r\n'
      const form = readForm(chunks(Buffer.from(head), Buffer.alloc(70_000)), 'XX')
      return ((await form.next()).value as FormPart) ?? undefined
    })()
    await expect(textOf(await part)).rejects.toMatchObject({ reason: 'FIELD_TOO_LONG' })
  })

  it('hands the failure of the sender on', async () => {
    async function* broken() {
      yield bytes.subarray(0, 150)
      throw new Error('connection reset')
    }
    await expect(read(broken())).rejects.toThrow('connection reset')
  })

  it('lets go of what sends it, at the end as when the reader leaves', async () => {
    let open = 0
    async function* held() {
      open++
      try {
        yield bytes
        yield Buffer.from('an epilogue that goes on')
      } finally {
        open--
      }
    }
    await read(held())
    for await (const part of readForm(held(), 'XX')) {
      expect(part.name).toBe('folder')
      expect(open).toBe(1)
      break
    }
    expect(open).toBe(0)
  })
})

describe('boundaryOf', () => {
  it('reads plain and quoted boundaries', () => {
    expect(boundaryOf('multipart/form-data; boundary=----WebKitFormBoundary7MA4')).toBe(
      '----WebKitFormBoundary7MA4',
    )
    expect(boundaryOf('Multipart/Form-Data; charset=utf-8; Boundary="a b:c"')).toBe('a b:c')
  })

  it.each([undefined, 'application/json', 'multipart/form-data', 'multipart/form-data; boundary='])(
    'refuses %s',
    (type) => {
      expect(() => boundaryOf(type)).toThrow(expect.objectContaining({ code: 'unsupported_type' }))
    },
  )
})
