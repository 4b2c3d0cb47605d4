import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { answer, api } from './api.ts'
import type { Session } from './api-types.ts'

/** Who is signed in. Fails with status 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => answer(api.GET('/api/v1/session')),
  staleTime: 60_000,
  retry: false,
})

/** The signed-in session. Only below the signed-in part of the page, which loads it first. */
export const useSession = (): Session => useSuspenseQuery(sessionQuery).data

/** Whether the signed-in person runs this box. */
export const useIsOrgAdmin = (): boolean => useSession().user.org_role === 'admin'

/** Ends the session here and forgets everything that was read in it. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    const preferences = kept()
    const signedOutAt = client.getQueryData(sessionQuery.queryKey)?.sign_out_address
    // The answer has the browser remove all that this site has kept.
    await answer(api.DELETE('/api/v1/session'))
    keepAgain(preferences)
    client.clear()
    await forgetFiles()
    location.assign(signedOutAt ?? '/sign-in')
  }
}

/** What says how pages look here, and nothing of who was signed in. */
const PREFERENCES = ['onefold.theme', 'onefold.density', 'onefold.language']

const kept = (): [key: string, value: string][] =>
  PREFERENCES.flatMap((key) => {
    const value = read(key)
    return value === null ? [] : [[key, value]]
  })

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Private windows may refuse: then nothing was kept.
    return null
  }
}

function keepAgain(preferences: readonly [key: string, value: string][]): void {
  try {
    for (const [key, value] of preferences) localStorage.setItem(key, value)
  } catch {
    // The choice is made again by whoever misses it.
  }
}

/** The browser may refuse; that keeps nobody signed in. */
async function forgetFiles(): Promise<void> {
  try {
    const { forgetUploads } = await import('./upload/uploads.ts')
    await forgetUploads()
  } catch (error) {
    console.warn('What this browser knows of uploads could not be removed.', error)
  }
}

/** Address of the sign-in page that leads back to where the reader is now. */
export function signInAddress(): string {
  const here = location.pathname + location.search
  const away = here === '/' || here.startsWith('/sign-in') || here === '/search'
  return away ? '/sign-in' : `/sign-in?from=${encodeURIComponent(here)}`
}

/** Where to go after sign-in. `from` comes out of the address bar: only a path of this site will do. */
export function safeReturnPath(from: string | undefined, origin: string): string {
  const wanted = from?.startsWith('/') ? URL.parse(from, origin) : null
  // `/.//elsewhere` is a path in an address, and another host in a link.
  const isElsewhere = wanted?.origin !== origin || wanted.pathname.startsWith('//')
  if (isElsewhere || wanted.pathname === '/sign-in') return '/search'
  return wanted.pathname + wanted.search
}
