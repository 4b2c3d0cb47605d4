import { useSyncExternalStore } from 'react'
import { useSession } from '../session.ts'
import type { UploadQueue } from './queue.ts'
import { queueOf } from './uploads.ts'

/** The upload queue; the component is drawn again when it changed, at most ten times a second. */
export function useQueue(): UploadQueue {
  const { box_id: server, user } = useSession()
  const queue = queueOf({ server, userId: user.id })
  useSyncExternalStore(queue.subscribe, queue.version)
  return queue
}
