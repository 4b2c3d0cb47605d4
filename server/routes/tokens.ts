import { createToken, listTokens, revokeToken } from '../../core/account/tokens.ts'
import { actorOf, router } from '../context.ts'
import { createTokenRoute, listTokensRoute, revokeTokenRoute } from '../contract/session.ts'
import type { Door } from '../door.ts'
import { tokenOut } from '../wire/account.ts'
import { wholeList } from '../wire/page.ts'

/** Own tokens for scripts. */
export const tokens = ({ ports, options }: Door) =>
  router()
    .openapi(listTokensRoute, async (c) =>
      c.json(wholeList(await listTokens(ports, actorOf(c)), tokenOut), 200),
    )
    .openapi(createTokenRoute, async (c) => {
      const { name, scopes, book_ids, expires_at } = c.req.valid('json')
      const { row, token } = await createToken(ports, actorOf(c), {
        name,
        scopes,
        ...(book_ids && { bookIds: book_ids }),
        ...(expires_at !== undefined && { expiresAt: expires_at }),
        rules: options.tokens,
      })
      return c.json({ ...tokenOut(row), token }, 201)
    })
    .openapi(revokeTokenRoute, async (c) => {
      await revokeToken(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
