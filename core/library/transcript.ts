import type { Access } from '../access/access.ts'
import type { Part } from '../model/locator.ts'
import type { Ports } from '../ports/index.ts'
import { documentText } from './document-text.ts'

/** How a transcript is written: as captions that browsers show in a film, or to be read. */
export const TRANSCRIPT_FORMATS = ['vtt', 'txt'] as const
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number]

/**
 * What is said in a recording or a film, with its times. Of a file in which nothing is said, or which
 * nobody has listened to yet, the head alone.
 *
 * @throws AppError `not_found` for a hidden or absent document or version
 */
export async function transcript(
  ports: Pick<Ports, 'blobs' | 'catalog'>,
  access: Access,
  wanted: { documentId: string; versionId?: string; format: TranscriptFormat },
): Promise<string> {
  const { documentId, versionId, format } = wanted
  const said: Part[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const { parts, nextCursor } = await documentText(ports, access, {
      documentId,
      ...(versionId !== undefined && { versionId }),
      ...(cursor !== undefined && { cursor }),
    })
    said.push(...parts.filter(({ locator }) => locator.startMs !== undefined))
    cursor = nextCursor
  }
  return format === 'vtt' ? webVtt(said) : readable(said)
}

/** Captions in the format of the W3C, one cue a segment. */
function webVtt(said: readonly Part[]): string {
  const cues = said.map(({ text, locator: { startMs = 0, endMs = startMs } }) => {
    const times = `${clock(startMs, true)} --> ${clock(Math.max(endMs, startMs + 1), true)}`
    return `${times}\n${inCue(text)}\n`
  })
  return ['WEBVTT\n', ...cues].join('\n')
}

/** A cue ends at an empty line; marks of its own are written as text. */
const inCue = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/\s+/g, ' ')

/** A line a segment, its time before it. */
const readable = (said: readonly Part[]): string =>
  said
    .map(({ text, locator }) => `[${clock(locator.startMs ?? 0)}] ${text.replace(/\s+/g, ' ')}\n`)
    .join('')

/** `01:02:03`, with `.456` behind it where captions want it. */
function clock(ms: number, isExact = false): string {
  const text = new Date(ms % 86_400_000).toISOString()
  const hours = Math.floor(ms / 3_600_000)
  return `${String(hours).padStart(2, '0')}${text.slice(13, isExact ? 23 : 19)}`
}
