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
  /^(application\/pdf|text\/plain|image\/(?!svg)[\w.+-]+|audio\/[\w.+-]+|video\/[\w.+-]+)$/

export const mayShow = (mediaType: string): boolean => SHOWN.test(mediaType)

const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/

/** The type that is told for a file: what may be shown or saved by name, nothing that runs. */
export function tellType(mediaType: string): string {
  if (!MEDIA_TYPE.test(mediaType) || RUNS.test(mediaType)) return 'application/octet-stream'
  return mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType
}

/** What a browser would run or style with when it got it under its own name. */
const RUNS =
  /^(text\/(html|xml|css|javascript)|application\/(javascript|ecmascript|xml|xhtml\+xml)|image\/svg\+xml|.+\+xml)$/
