/**
 * `Content-Disposition` for a file of any name (RFC 6266): an ASCII name for old clients, the true
 * one in `filename*`. Nothing of the name can end the header or start another parameter.
 */
export function dispositionOf(kind: 'attachment' | 'inline', name: string): string {
  const plain = name.replaceAll(/[^\w .()+,-]/g, '_').slice(-150)
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded(name)}`
}

/** Percent-encoding that leaves only `attr-char` (RFC 8187, section 3.2.1) as it is. */
const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Types that a browser may show by itself: none of them runs anything. */
const SHOWN =
  /^(application\/pdf|text\/plain|image\/(?!svg)[\w.+-]{1,99}|audio\/[\w.+-]{1,99}|video\/[\w.+-]{1,99})$/

export const mayShow = (mediaType: string): boolean =>
  SHOWN.test(mediaType) && !mediaType.endsWith('+xml')

/**
 * Types that programs know by name, so that a saved file opens in the right one; a browser neither
 * runs nor draws any of them.
 */
const SAVED =
  /^(text\/(csv|markdown)|message\/rfc822|application\/(json|rtf|msword|epub\+zip|zip|gzip|zstd|java-archive|postscript|x-(7z-compressed|tar|bzip2|xz|rar-compressed|lz4|lzip|compress)|vnd\.(openxmlformats-officedocument|oasis\.opendocument|ms-(excel|powerpoint|word)|rar)[\w.-]*))$/

/** The type that is told for a file: one of those lists, and for every other that it is bytes. */
export function tellType(mediaType: string): string {
  const isKnown = mayShow(mediaType) || SAVED.test(mediaType)
  if (!isKnown) return 'application/octet-stream'
  return mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType
}
