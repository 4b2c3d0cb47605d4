import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { parseSearch, stringifySearch } from './address.ts'
import { ApiError } from './api.ts'
import { AppShell } from './app.tsx'
import { adminSearch } from './pages/admin/address.ts'
import { compareSearch } from './pages/file/compare/address.ts'
import { fileSearch } from './pages/file/place.ts'
import { searchState } from './pages/search/state.ts'
import { queryClient } from './query.ts'
import { sessionQuery, signInAddress } from './session.ts'
import { PageError, PageMissing, WholePageError, WholePageMissing } from './shell/page-error.tsx'
import { Root } from './shell/root.tsx'

const root = createRootRoute({ component: Root, notFoundComponent: WholePageMissing })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ from, problem }): { from?: string; problem?: string } => ({
    ...(typeof from === 'string' && { from }),
    ...(typeof problem === 'string' && { problem }),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

/** Everything below is for people who are signed in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: AppShell,
  errorComponent: WholePageError,
  notFoundComponent: PageMissing,
  beforeLoad: async ({ location: { pathname } }) => {
    const session = await queryClient.ensureQueryData(sessionQuery).catch((error: unknown) => {
      const signedOut = error instanceof ApiError && error.status === 401
      throw signedOut ? redirect({ href: signInAddress() }) : error
    })
    if (session.second_step_needed && pathname !== '/account') throw redirect({ to: '/account' })
  },
})

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/search' })
  },
})

const search = createRoute({
  getParentRoute: () => app,
  path: '/search',
  validateSearch: searchState,
  component: lazyRouteComponent(() => import('./pages/search/search-page.tsx'), 'SearchPage'),
})

const library = createRoute({
  getParentRoute: () => app,
  path: '/library',
  component: lazyRouteComponent(() => import('./pages/library/library-page.tsx'), 'LibraryPage'),
})

const libraryPlace = createRoute({
  getParentRoute: () => app,
  path: '/library/$',
  component: lazyRouteComponent(() => import('./pages/library/library-page.tsx'), 'LibraryPage'),
})

const file = createRoute({
  getParentRoute: () => app,
  path: '/file/$documentId',
  validateSearch: fileSearch,
  component: lazyRouteComponent(() => import('./pages/file/file-page.tsx'), 'FilePage'),
})

const fileCompare = createRoute({
  getParentRoute: () => app,
  path: '/file/$documentId/compare',
  validateSearch: compareSearch,
  component: lazyRouteComponent(
    () => import('./pages/file/compare/compare-page.tsx'),
    'ComparePage',
  ),
})

const uploads = createRoute({
  getParentRoute: () => app,
  path: '/uploads',
  component: lazyRouteComponent(() => import('./pages/uploads/uploads-page.tsx'), 'UploadsPage'),
})

const activity = createRoute({
  getParentRoute: () => app,
  path: '/activity',
  validateSearch: (search): { trace?: string } =>
    typeof search.trace === 'string' ? { trace: search.trace } : {},
  component: lazyRouteComponent(() => import('./pages/activity/activity-page.tsx'), 'ActivityPage'),
})

const adminHome = createRoute({
  getParentRoute: () => app,
  path: '/admin',
  beforeLoad: () => {
    throw redirect({ to: '/admin/$section', params: { section: 'users' } })
  },
})

const admin = createRoute({
  getParentRoute: () => app,
  path: '/admin/$section',
  validateSearch: adminSearch,
  component: lazyRouteComponent(() => import('./pages/admin/admin-page.tsx'), 'AdminPage'),
})

const account = createRoute({
  getParentRoute: () => app,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
})

const inside = [
  home,
  search,
  library,
  libraryPlace,
  file,
  fileCompare,
  uploads,
  activity,
  adminHome,
  admin,
]

export const router = createRouter({
  routeTree: root.addChildren([signIn, app.addChildren([...inside, account])]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
