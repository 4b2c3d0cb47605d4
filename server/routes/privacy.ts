import { getPrivacy, markPrivate, type Privacy } from '../../core/possession/privacy.ts'
import { setUploadMode } from '../../core/possession/upload-mode.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/privacy.ts'
import type { Door } from '../door.ts'

/** What the organization allows to be told for the sake of not sending files twice. */
export const privacy = ({ ports, verifier }: Door) =>
  router()
    .openapi(contract.getPrivacyRoute, async (c) =>
      c.json(privacyOut(await getPrivacy(ports, actorOf(c), verifier)), 200),
    )
    .openapi(contract.setPrivacyRoute, async (c) => {
      await setUploadMode(ports, actorOf(c), c.req.valid('json').mode)
      return c.json(privacyOut(await getPrivacy(ports, actorOf(c), verifier)), 200)
    })
    .openapi(contract.setBookPrivacyRoute, async (c) => {
      const { private: isPrivate } = c.req.valid('json')
      await markPrivate(ports, actorOf(c), { id: c.req.valid('param').id, isPrivate })
      return c.body(null, 204)
    })

const privacyOut = ({ mode, books, figures, budget }: Privacy) => ({
  mode,
  books: books.map((book) => ({ id: book.id, name: book.name, private: book.isPrivate })),
  proofs: {
    passed: figures.passed,
    refused: figures.refused,
    saved_bytes: figures.savedBytes,
  },
  budget: budget
    ? {
        left_bytes: Math.floor(budget.leftBytes),
        most_bytes: Math.floor(budget.mostBytes),
        bytes_per_second: Math.floor(budget.bytesPerSecond),
      }
    : null,
})
