import { startTransition, useEffect, useState } from 'react'
import { useSession } from '../session.ts'
import type { UploadQueue } from './queue.ts'
import { queueOf } from './uploads.ts'

/**
 * The upload queue; the component is drawn again when it changed, a few times a second at most. Never
 * in one piece: what the reader types and clicks meanwhile goes first.
 */
export function useQueue(): UploadQueue {
  const { box_id: server, user } = useSession()
  const queue = queueOf({ server, userId: user.id })
  const [, draw] = useState(queue.version)
  useEffect(() => {
    const redraw = () => startTransition(() => draw(queue.version()))
    // It may have changed since it was drawn first.
    redraw()
    return queue.subscribe(redraw)
  }, [queue])
  return queue
}
