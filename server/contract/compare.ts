import { createRoute, z } from '@hono/zod-openapi'
import { VersionOut } from './documents.ts'
import { LocatorOut } from './locators.ts'
import { failures, Id, idParam, json, paging, Whole } from './shared.ts'
import { TextStateOut } from './versions.ts'

const Side = z.object({ version: VersionOut, text: TextStateOut })

const Row = z
  .object({
    kind: z
      .enum(['same', 'added', 'removed', 'changed', 'moved_away', 'moved_here', 'fold'])
      .openapi({
        description:
          '`fold`: a stretch of `count` rows that are the same, left out. A moved passage has two rows. `from` and `to`: where it stands in the one version and in the other',
      }),
    at: z.int().openapi({ description: 'Which row, from 0; of a fold the first one in it' }),
    from: LocatorOut.optional(),
    to: LocatorOut.optional(),
    text: z.string().nullable().openapi({
      description: 'The passage; null where `pieces` or `cells` tell it, and for a fold',
    }),
    pieces: z
      .array(z.object({ op: z.enum(['same', 'removed', 'added']), text: z.string() }))
      .nullable()
      .openapi({
        description:
          'What became of the words: `same` and `removed` joined are the one text, `same` and `added` the other',
      }),
    cells: z
      .array(
        z.object({
          op: z.enum(['same', 'changed', 'added', 'removed']),
          from: z.string().nullable(),
          to: z.string().nullable(),
        }),
      )
      .nullable()
      .openapi({ description: 'What became of the cells of a row of a sheet, from left to right' }),
    change: z.int().nullable().openapi({
      description: 'Which change, from 1: rows that follow each other are one',
    }),
    move: z.int().nullable().openapi({
      description: 'Which move, from 1: passages that went together have one number',
    }),
    partner: z.int().nullable().openapi({ description: '`at` of the other end of a move' }),
    count: z.int().nullable().openapi({ description: 'Rows in a fold' }),
  })
  .openapi('ComparisonRow')

const Units = z
  .object({
    unit: z.enum(['page', 'slide', 'sheet']),
    pairs: z.array(
      z.object({
        from: z.union([z.int(), z.string()]).nullable(),
        to: z.union([z.int(), z.string()]).nullable(),
        changes: z.int(),
        is_silent: z.boolean().openapi({
          description: 'No text on either: nothing is known of what changed there',
        }),
      }),
    ),
  })
  .openapi('ComparisonUnits')

const ComparisonOut = z
  .object({
    from: Side,
    to: Side,
    is_identical: z.boolean().openapi({ description: 'Both have the same bytes' }),
    basis: z.enum(['text', 'cells', 'none']).openapi({
      description: '`none`: one of them has no text, or none yet; `text.state` says why',
    }),
    counts: z
      .object({
        changes: z.int(),
        added: z.int(),
        removed: z.int(),
        changed: z.int(),
        moved: z.int(),
        same: z.int(),
        words_added: z.int(),
        words_removed: z.int(),
      })
      .nullable(),
    units: Units.nullable().openapi({
      description: 'Which page, slide or sheet became which; on the first page of the answer only',
    }),
    is_coarse: z.boolean().openapi({
      description: 'A stretch was too long or too different to be compared closely',
    }),
    is_cut: z.boolean().openapi({ description: 'There is more text than is compared' }),
    rows: z.array(Row),
    next_cursor: z.string().nullable(),
  })
  .openapi('Comparison')

export const compareRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/compare',
  operationId: 'compareVersions',
  tags: ['Versions'],
  summary: 'How one version became another',
  description:
    'One of the two may belong to another document. Rows in order of reading: those with `from` are the one version, those with `to` the other. ' +
    'With `fold_at` and `fold_count` the rows of one fold.',
  request: {
    params: idParam,
    query: z.object({
      from: Id.openapi({ description: 'Id of a version' }),
      to: Id.openapi({ description: 'Id of a version' }),
      fold_at: Whole.min(0).optional(),
      fold_count: Whole.min(1).max(1_000_000).optional(),
      cursor: paging.cursor,
    }),
  },
  responses: { 200: json(ComparisonOut, 'One page'), ...failures },
})
