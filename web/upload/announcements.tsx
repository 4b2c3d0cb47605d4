import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UploadQueue } from './queue.ts'

/** Tells screen readers about turns of the queue: files added, all stored, something failed. */
export function Announcements({ queue }: { queue: UploadQueue }) {
  const { t } = useTranslation()
  const { files, counts } = queue.tally
  const open = files - counts.stored - counts.failed - counts.paused - counts.asking
  const before = useRef({ files, failed: counts.failed, open })
  const [words, setWords] = useState('')
  useEffect(() => {
    const last = before.current
    before.current = { files, failed: counts.failed, open }
    const added = files - last.files
    const failed = counts.failed - last.failed
    if (added > 0 && open > 0) setWords(t('uploads.said.added', { count: added }))
    else if (failed > 0) setWords(t('uploads.said.failed', { count: failed }))
    else if (last.open > 0 && open === 0 && counts.stored > 0) setWords(t('uploads.said.done'))
  }, [files, counts.failed, counts.stored, open, t])
  return (
    <div className="of-hidden" role="status">
      {words}
    </div>
  )
}
