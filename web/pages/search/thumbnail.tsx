import classes from './thumbnail.module.css'

/** Picture of a file's first page, loaded when it comes into sight. */
export function Thumbnail({ documentId }: { documentId: string }) {
  return (
    <img
      className={classes.thumbnail}
      src={`/api/v1/documents/${documentId}/preview`}
      alt=""
      width={52}
      height={68}
      loading="lazy"
      decoding="async"
    />
  )
}
