import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useSession } from '../session.ts'
import { listen } from './live.ts'
import { refresher } from './refresher.ts'

/** How often screens may be loaded again for events, in milliseconds. */
const INTERVAL_MS = 1000

/** Keeps what is on the screen as it is on the server. Mounted once, around the signed-in pages. */
export function LiveEvents() {
  const client = useQueryClient()
  const userId = useSession().user.id
  useEffect(() => {
    const gather = refresher(INTERVAL_MS, (stale) => {
      if (stale === 'everything') void client.invalidateQueries()
      else for (const queryKey of stale) void client.invalidateQueries({ queryKey })
    })
    const stop = listen(userId, gather.add)
    return () => {
      stop()
      gather.stop()
    }
  }, [client, userId])
  return null
}
