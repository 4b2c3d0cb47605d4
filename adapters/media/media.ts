import { z } from 'zod'
import type { ParserFile } from '../../core/ports/parser.ts'
import { collect, ffmpeg, ffprobe } from './program.ts'

/** What a recording or a film is made of. */
export interface Media {
  durationMs: number
  /** Absent in a film without sound. */
  sound?: Track
  /** Moving pictures. */
  film?: Track & { widthPx: number; heightPx: number }
  /** A still picture that came with a recording: the cover of a record. */
  cover?: Track
  /** Title, artist and the like, by lower-case name, as the file states them. */
  tags: Record<string, string>
}

/** One track: its place in the file and how it is coded. */
interface Track {
  index: number
  codec: string
}

const Tags = z.record(z.string(), z.string()).default({})
const Answer = z.object({
  format: z.object({ format_name: z.string(), duration: z.string().optional(), tags: Tags }),
  streams: z.array(
    z.object({
      index: z.number(),
      codec_type: z.string().default(''),
      codec_name: z.string().default('unknown'),
      width: z.number().default(0),
      height: z.number().default(0),
      disposition: z.object({ attached_pic: z.number().default(0) }).prefault({}),
      tags: Tags,
    }),
  ),
})
type Stream = z.output<typeof Answer>['streams'][number]

/** Containers without a table of contents: their length is a guess from the first seconds. */
const GUESSED = /^(aac|ac3|amr|dts|eac3|gsm|mp3|mpeg|mpegts|mpegvideo)\b/

/**
 * Looks at the headers of a recording; the whole of it is read only where they do not tell its
 * length.
 *
 * @throws AppError as `ffmpeg` does
 */
export async function mediaOf(file: ParserFile): Promise<Media> {
  const { format, streams } = Answer.parse(await ffprobe(file, ['-show_format', '-show_streams']))
  const sound = streams.find(({ codec_type }) => codec_type === 'audio')
  const film = streams.find((stream) => isFilm(stream))
  const cover = streams.find((stream) => stream.codec_type === 'video' && !isFilm(stream))
  const stated = Number(format.duration) * 1000
  const isKnown = stated > 0 && !GUESSED.test(format.format_name)
  return {
    durationMs: Math.round(isKnown ? stated : await measured(file)),
    ...(sound && { sound: trackOf(sound) }),
    ...(film && { film: { ...trackOf(film), widthPx: film.width, heightPx: film.height } }),
    ...(cover && { cover: trackOf(cover) }),
    // Ogg keeps the tags with its track.
    tags: lowered({ ...sound?.tags, ...format.tags }),
  }
}

const isFilm = ({ codec_type, disposition }: Stream): boolean =>
  codec_type === 'video' && disposition.attached_pic === 0

const trackOf = ({ index, codec_name }: Stream): Track => ({ index, codec: codec_name })

const lowered = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]))

/** Reads all packets without decoding them; ffmpeg tells the time of the last. */
const measured = (file: ParserFile): Promise<number> => lastPacketMs(file, 0)

/** Where the last packet that can be read is, of those after `fromMs`; before it when there is none. */
export async function lastPacketMs(file: ParserFile, fromMs: number): Promise<number> {
  const input = fromMs > 0 ? ['-ss', (fromMs / 1000).toFixed(3)] : []
  const all = ['-map', '0:a?', '-map', '0:v?', '-c', 'copy']
  const output = [...all, '-f', 'null', '-progress', 'pipe:1', '/dev/null']
  const told = (await collect(ffmpeg(file, { input, output }))).toString()
  const times = [...told.matchAll(/^out_time_us=(-?\d+)$/gm)]
  return Math.round(fromMs + Number(times.at(-1)?.[1] ?? 0) / 1000)
}
