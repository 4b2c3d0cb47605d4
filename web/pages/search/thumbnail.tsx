import { useState } from 'react'
import { kindOf } from '../../api-types.ts'
import classes from './thumbnail.module.css'

const WITH_PICTURE: readonly string[] = ['pdf', 'image', 'slides', 'document', 'sheet']

/** Picture of a file's first page, loaded when it comes into sight; nothing when there is none. */
export function Thumbnail({ documentId, kind }: { documentId: string; kind: string }) {
  const [missing, setMissing] = useState(false)
  if (missing || !WITH_PICTURE.includes(kindOf(kind))) return null
  return (
    <img
      className={classes.thumbnail}
      src={`/api/v1/documents/${documentId}/preview`}
      alt=""
      width={52}
      height={68}
      loading="lazy"
      decoding="async"
      onError={() => setMissing(true)}
    />
  )
}
