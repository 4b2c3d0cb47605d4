import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Access } from '../core/access/access.ts'
import type { Authenticated } from '../core/account/authenticate.ts'
import { AppError } from '../core/errors.ts'
import type { Actor } from '../core/model/actor.ts'
import { refuseInput } from './errors.ts'

/** What a request carries. The node objects are absent when the app is asked without a socket. */
export interface Env {
  Bindings: Partial<HttpBindings>
  Variables: {
    traceId: string
    address: string
    /** Set by the guard, for every route that is not open. */
    who?: Authenticated
    /** Resolves the caller's rights at the first call, and gives the same ones afterwards. */
    access?: () => Promise<Access>
    /** Status of a response that went out through the socket, past the framework. */
    sentStatus?: number
  }
}

export type Ctx = Context<Env>

/** An empty router whose refused input is a problem that names the field. */
export const router = () => new OpenAPIHono<Env>({ defaultHook: refuseInput })

/** @throws AppError `unauthenticated` on a route that is open and was asked by nobody */
export function whoOf(c: Ctx): Authenticated {
  const who = c.get('who')
  if (!who) throw new AppError('unauthenticated', 'Please sign in.')
  return who
}

export const actorOf = (c: Ctx): Actor => whoOf(c).actor

/** Who asks, and by which session or token. */
export function askerOf(c: Ctx): { userId: string; credentialId: string } {
  const { actor, id } = whoOf(c)
  return { userId: actor.userId, credentialId: id }
}

/** The caller's rights, resolved once per request. */
export function accessOf(c: Ctx): Promise<Access> {
  const access = c.get('access')
  if (!access) throw new AppError('unauthenticated', 'Please sign in.')
  return access()
}

/** Path template of the route that answers, such as `/api/v1/books/:id`; undefined when none does. */
export const templateOf = (c: Ctx): string | undefined =>
  matchedRoutes(c).find((route) => route.path !== '/*')?.path

/** What a span, an error row and a metric call this request; never the path with its secrets. */
export const operationOf = (c: Ctx): string => `${c.req.method} ${templateOf(c) ?? 'other'}`

/** Whether the request changes something. */
export const isUnsafe = (c: Ctx): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)
