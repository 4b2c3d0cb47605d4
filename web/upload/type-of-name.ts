const OOXML = 'application/vnd.openxmlformats-officedocument'
const ODF = 'application/vnd.oasis.opendocument'

const ENDINGS: Record<string, string> = {
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/rtf': 'rtf',
  'application/epub+zip': 'epub',
  [`${OOXML}.wordprocessingml.document`]: 'docx',
  [`${OOXML}.presentationml.presentation`]: 'pptx',
  [`${OOXML}.spreadsheetml.sheet`]: 'xlsx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  [`${ODF}.text`]: 'odt',
  [`${ODF}.spreadsheet`]: 'ods',
  [`${ODF}.presentation`]: 'odp',
  'message/rfc822': 'eml',
  'application/vnd.ms-outlook': 'msg',
  'image/jpeg': 'jpg jpeg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/tiff': 'tif tiff',
  'image/bmp': 'bmp',
  'image/heic': 'heic',
  'image/avif': 'avif',
  'image/svg+xml': 'svg',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg opus',
  'audio/x-m4a': 'm4a',
  'video/mp4': 'mp4 m4v',
  'video/quicktime': 'mov',
  'video/matroska': 'mkv',
  'video/webm': 'webm',
  'video/vnd.avi': 'avi',
  'application/zip': 'zip',
  'application/gzip': 'gz tgz',
  'application/x-7z-compressed': '7z',
  'application/x-rar-compressed': 'rar',
  'application/x-tar': 'tar',
  'application/x-xz': 'xz',
  'application/x-msdownload': 'exe dll',
  'application/java-archive': 'jar',
  'application/vnd.android.package-archive': 'apk',
  'application/x-deb': 'deb',
  'application/x-rpm': 'rpm',
}

const TYPES = new Map(
  Object.entries(ENDINGS).flatMap(([type, endings]) =>
    endings.split(' ').map((ending): [string, string] => [ending, type]),
  ),
)

/** The type that a name promises, where endings have one meaning; the bytes may be of another. */
export const typeOfName = (name: string): string | undefined =>
  TYPES.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase())
