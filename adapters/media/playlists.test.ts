import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { openFile } from '../../tests/open-file.ts'
import { recording } from '../../tests/recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { mediaParser } from './parser.ts'
import { soundOf } from './sound.ts'

/** A stranger's recording, a port that nobody may call, and programs whose every step is seen. */
async function watchedPrograms() {
  const folder = await temporaryFolder()
  const canary = join(folder, 'canary.wav')
  await writeFile(canary, recording([['alpha', 1]]))
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const before = process.env.PATH
  onTestFinished(() => {
    process.env.PATH = before
    server.close()
  })
  for (const program of ['ffmpeg', 'ffprobe']) {
    const seen = `exec strace -f -qq -e trace=open,openat,connect -o "${folder}/seen.$$" /usr/bin/${program} "$@"`
    await writeFile(join(folder, program), `#!/bin/sh\n${seen}\n`)
    await chmod(join(folder, program), 0o755)
  }
  process.env.PATH = `${folder}:${before}`
  return {
    folder,
    canary,
    port,
    calls: () => calls,
    seen: () =>
      readdirSync(folder)
        .filter((name) => name.startsWith('seen.'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join(''),
  }
}

/** Texts that ffmpeg takes for media, each naming something that is not itself. */
const playlists = (canary: string, port: number): Record<string, string> => ({
  'HLS of a file': `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${canary}\n#EXT-X-ENDLIST\n`,
  'HLS of an address': `#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:${port}/a.ts\n#EXT-X-ENDLIST\n`,
  DASH: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>http://127.0.0.1:${port}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  ffconcat: `ffconcat version 1.0\nfile '${canary}'\n`,
  SDP: `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${port} RTP/AVP 0\n`,
  'data: in HLS': `#EXTM3U\n#EXTINF:1,\ndata:audio/wav;base64,UklGRg==\n#EXT-X-ENDLIST\n`,
  'an image sequence': `${canary}%d`,
  'a file list of ffmpeg': `;FFMETADATA1\ntitle=concat:${canary}\n`,
})

describe('C5 media-playlist', () => {
  it('HLS, DASH, ffconcat, SDP and data: are refused, with 0 foreign opens and 0 connects', async () => {
    const { folder, canary, port, seen, calls } = await watchedPrograms()
    for (const [kind, text] of Object.entries(playlists(canary, port))) {
      const path = join(folder, 'evil.mp4')
      await writeFile(path, text)
      const file = parserFile((await openFile(path)).fd, 'video/mp4')
      const refused = { code: 'unsupported_type', reason: 'DAMAGED_FILE' }
      const reads = [
        () => mediaParser.extract(file, () => undefined),
        () => mediaParser.preview?.(file, 320),
        () => soundOf(file, { fromMs: 0, durationMs: 1000 }).next(),
      ]
      for (const read of reads) await expect(read(), kind).rejects.toMatchObject(refused)
    }
    expect(seen()).toContain('/proc/self/fd/0')
    expect(seen()).not.toContain(canary)
    expect(seen()).not.toContain('connect(')
    expect(calls()).toBe(0)
  }, 60_000)

  it('and the same list does open the other file where nothing forbids it', async () => {
    const { folder, canary, port, seen } = await watchedPrograms()
    const path = join(folder, 'evil.mp4')
    await writeFile(path, playlists(canary, port).ffconcat?.replace(`${folder}/`, '') ?? '')
    await promisify(execFile)('ffprobe', ['-v', 'error', path])
    expect(seen()).toContain(canary)
  })
})
