import { createMiddleware } from 'hono/factory'
import { requireScope, resolveAccess } from '../../core/access/access.ts'
import { type Authenticated, authenticate } from '../../core/account/authenticate.ts'
import { AppError, codeOf } from '../../core/errors.ts'
import { type Ctx, type Env, isUnsafe, operationOf, templateOf } from '../context.ts'
import { isOpen, ROUTES } from '../contract/all.ts'
import { credentialOf } from '../credential.ts'
import type { Door, DoorOptions } from '../door.ts'
import { isLocal } from '../local.ts'
import { assertSameOrigin } from '../same-origin.ts'
import { asSeen, assertShown } from '../see-as.ts'
import { isWebPath } from '../static.ts'

const keyOf = (method: string, template: string) =>
  `${method.toUpperCase()} ${template.replaceAll(/\{(\w+)\}/g, ':$1')}`

const OPEN = new Set(ROUTES.filter(isOpen).map((route) => keyOf(route.method, route.path)))

/** Questions that are too long, or too private, for an address: they change nothing. */
const READING_POSTS = new Set(['/api/v1/assets/check-by-hash'])

/**
 * Lets nobody pass without a credential unless the contract says that the route is open. A route that
 * is added without a word about it is closed.
 */
export const guard = (door: Door) =>
  createMiddleware<Env>(async (c, next) => {
    const isFree = isForAll(c, door.options)
    const kind = credentialOf(c, door.options)?.kind
    // An open route does nothing by the cookie that happens to come along.
    assertSameOrigin(c, isFree && kind === 'session' ? undefined : kind)
    if (!isFree) {
      const who = await authenticated(c, door)
      requireScope(who.actor, isReading(c) ? 'read' : 'write')
      await assertShown(c, door, who)
    }
    await next()
  })

/** The caller, if there is one, on routes that are open to nobodies as well. */
export async function whoOrNobody(
  c: Ctx,
  door: Pick<Door, 'ports' | 'options'>,
): Promise<Authenticated | undefined> {
  try {
    return await authenticated(c, door)
  } catch (cause) {
    if (codeOf(cause) !== 'unauthenticated') throw cause
    return undefined
  }
}

/**
 * The caller of a route that is open, for what it does in somebody's name only.
 *
 * @throws AppError `unauthenticated`, `forbidden` (reasons `SCOPE`, `CROSS_ORIGIN`)
 */
export async function writer(
  c: Ctx,
  door: Pick<Door, 'ports' | 'options'>,
): Promise<Authenticated> {
  assertSameOrigin(c, credentialOf(c, door.options)?.kind)
  const who = await authenticated(c, door)
  requireScope(who.actor, 'write')
  return who
}

function isForAll(c: Ctx, options: DoorOptions): boolean {
  const template = templateOf(c)
  if (template === undefined) return isWebPath(c.req.path)
  if (template === '/metrics') return isLocal(c, options)
  return OPEN.has(keyOf(c.req.method === 'HEAD' ? 'GET' : c.req.method, template))
}

const isReading = (c: Ctx): boolean => !isUnsafe(c) || READING_POSTS.has(templateOf(c) ?? '')

/** What an administrator without a second step can do where one is required: get one, or leave. */
const SETTING_UP = /^(GET|DELETE|POST) \/api\/v1\/(session|password|second-step(\/[a-z-]+)?)$/

/** @throws AppError `forbidden` (reason `SECOND_STEP_NEEDED`) */
function assertSecondStep(c: Ctx, { actor, self = actor, isOneStep }: Authenticated): void {
  if (!isOneStep || self.orgRole !== 'admin' || SETTING_UP.test(operationOf(c))) return
  throw new AppError(
    'forbidden',
    'Administrators of this box sign in with a code. Set it up first.',
    {
      reason: 'SECOND_STEP_NEEDED',
    },
  )
}

async function authenticated(
  c: Ctx,
  { ports, options }: Pick<Door, 'ports' | 'options'>,
): Promise<Authenticated> {
  const credential = credentialOf(c, options)
  if (!credential) {
    throw new AppError('unauthenticated', 'Please sign in.', { reason: 'CREDENTIAL_MISSING' })
  }
  const origin = { traceId: c.get('traceId'), address: c.get('address') }
  const who = asSeen(c, await authenticate(ports, credential, origin))
  if (options.isCodeRequired) assertSecondStep(c, who)
  let access: ReturnType<typeof resolveAccess> | undefined
  c.set('who', who)
  c.set('access', () => {
    access ??= resolveAccess(ports, who.actor)
    return access
  })
  return who
}
