import { AppError } from '../../core/errors.ts'
import type { Draft, Parser, ParserFile } from '../../core/ports/parser.ts'
import { type Media, mediaOf } from './media.ts'
import { coverPicture, filmPicture, soundPicture } from './picture.ts'

/** Recordings and films: what they state of themselves, and a picture. Speech is another step. */
export const mediaParser: Parser = {
  async extract(file) {
    return draftOf(await mediaOf(file))
  },

  async preview(file, widthPx) {
    const media = await mediaOf(file)
    const picture = await pictureOf(file, media, widthPx)
    if (picture) return picture
    throw new AppError('unsupported_type', 'There is nothing to show of this recording.', {
      reason: 'NO_PREVIEW',
    })
  },
}

/** Tags that tell what a recording is about, in the order they are read in. */
const SPOKEN_OF = ['title', 'artist', 'album', 'show', 'composer', 'comment', 'description']

/** Words about the recording are its text until somebody listens to it. */
function draftOf({ durationMs, sound, film, tags }: Media): Draft {
  const words = [...new Set(SPOKEN_OF.flatMap((name) => tags[name]?.trim() || []))]
  return {
    parts: words.length > 0 ? [{ text: words.join('\n'), locator: {} }] : [],
    coverage: { unit: 'file', done: 1, total: 1, missing: [] },
    durationMs,
    metadata: {
      title: tags.title ?? '',
      author: tags.artist ?? '',
      album: tags.album ?? '',
      created: recorded(tags),
      codec: [film?.codec, sound?.codec].filter(Boolean).join(', '),
      ...(film && { width: String(film.widthPx), height: String(film.heightPx) }),
    },
  }
}

/** Cameras write the time with its zone into a tag of their own; others write a year. */
const recorded = (tags: Record<string, string>): string =>
  tags['com.apple.quicktime.creationdate'] ?? tags.creation_time ?? tags.date ?? tags.year ?? ''

/** The cover where there is one, else a frame, else the shape of the sound. */
async function pictureOf(
  file: ParserFile,
  media: Media,
  widthPx: number,
): Promise<Uint8Array | undefined> {
  if (media.film) return filmPicture(file, media.durationMs, widthPx)
  if (media.cover) return coverPicture(file, media.cover.index, widthPx)
  return media.sound && soundPicture(file, media.durationMs, widthPx)
}
