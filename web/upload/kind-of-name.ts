import type { Kind } from '../api-types.ts'

const ENDINGS: Record<Exclude<Kind, 'other'>, string> = {
  pdf: 'pdf',
  document: 'doc docx odt rtf epub html htm',
  slides: 'ppt pptx odp',
  sheet: 'xls xlsx ods csv tsv',
  text: 'txt md log json xml yaml yml toml ini',
  mail: 'eml msg',
  image: 'jpg jpeg png gif webp tif tiff bmp heic svg avif',
  audio: 'mp3 wav ogg opus flac m4a aac',
  video: 'mp4 mov mkv webm avi m4v',
  archive: 'zip tar gz tgz 7z rar xz zst',
}

const KINDS = new Map<string, Kind>(
  Object.entries(ENDINGS).flatMap(([kind, endings]) =>
    endings.split(' ').map((ending): [string, Kind] => [ending, kind as Kind]),
  ),
)

/** A guess for the icon, before the server has looked inside. */
export const kindOfName = (name: string): Kind =>
  KINDS.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? 'other'
