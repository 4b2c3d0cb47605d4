import type { RouteConfig } from '@hono/zod-openapi'
import * as access from './access.ts'
import * as alarms from './alarms.ts'
import * as assets from './assets.ts'
import * as books from './books.ts'
import * as box from './box.ts'
import * as compare from './compare.ts'
import * as directory from './directory.ts'
import * as documents from './documents.ts'
import * as grants from './grants.ts'
import * as jobs from './jobs.ts'
import * as journal from './journal.ts'
import * as models from './models.ts'
import * as near from './near.ts'
import * as oidc from './oidc.ts'
import * as people from './people.ts'
import * as privacy from './privacy.ts'
import * as providers from './providers.ts'
import * as search from './search.ts'
import * as secondStep from './second-step.ts'
import * as seeAs from './see-as.ts'
import * as serviceLevel from './service-level.ts'
import * as session from './session.ts'
import * as shareOrders from './share-orders.ts'
import * as shares from './shares.ts'
import * as spaces from './spaces.ts'
import * as traces from './traces.ts'
import * as transcript from './transcript.ts'
import * as unread from './unread.ts'
import * as uploadBatch from './upload-batch.ts'
import * as uploadCancel from './upload-cancel.ts'
import * as uploadList from './upload-list.ts'
import * as uploadProof from './upload-proof.ts'
import * as uploads from './uploads.ts'
import * as versions from './versions.ts'

const MODULES = [
  session,
  secondStep,
  oidc,
  people,
  directory,
  books,
  grants,
  access,
  seeAs,
  documents,
  transcript,
  versions,
  compare,
  near,
  unread,
  search,
  uploads,
  assets,
  uploadBatch,
  uploadList,
  uploadCancel,
  jobs,
  journal,
  traces,
  shares,
  shareOrders,
  providers,
  alarms,
  serviceLevel,
  privacy,
  models,
  spaces,
  uploadProof,
  box,
]

/** Every route of the contract, in the order of the documentation. */
export const ROUTES: readonly RouteConfig[] = MODULES.flatMap((module) =>
  Object.entries(module)
    .filter(([name]) => name.endsWith('Route'))
    .map(([, route]) => route as RouteConfig),
)

/** Whether a route is open to callers without a credential. */
export const isOpen = (route: RouteConfig): boolean => route.security?.length === 0
