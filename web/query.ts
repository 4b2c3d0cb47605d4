import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, mayHelpToRetry } from './api.ts'
import { signInAddress } from './session.ts'

/** A session that ended while the page was open leads to sign-in, and from there back here. */
function whenSignedOut(error: unknown): void {
  const ended = error instanceof ApiError && error.status === 401
  if (ended && location.pathname !== '/sign-in') location.assign(signInAddress())
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: whenSignedOut }),
  mutationCache: new MutationCache({ onError: whenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && mayHelpToRetry(error),
    },
  },
})
