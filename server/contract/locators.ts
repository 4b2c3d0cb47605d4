import { z } from '@hono/zod-openapi'
import { MODALITIES, MODALITY_STATES } from '../../core/library/modalities.ts'
import { HARD_TO_READ } from '../../core/model/certainty.ts'

/** Where a reader finds a run of text again. Counts start at 1. */
export const LocatorOut = z
  .object({
    page: z.int().optional(),
    slide: z.int().optional(),
    sheet: z.string().optional(),
    cells: z.string().optional().openapi({ example: 'A1:F40' }),
    start_ms: z.int().optional(),
    end_ms: z.int().optional(),
    path: z.string().optional().openapi({ description: 'Inside an archive' }),
    heading: z.string().optional(),
    line: z.int().optional(),
  })
  .openapi('Locator')

/** How much of a file was read, in its own unit. */
export const CoverageOut = z
  .object({
    unit: z.enum(['page', 'slide', 'sheet', 'part', 'file', 'minute', 'picture', 'entry']),
    done: z.int(),
    total: z.int(),
    missing: z
      .array(z.string())
      .openapi({ description: 'What was not read and why, a line each, in English' }),
    gaps: z
      .array(
        z.object({
          unit: z.enum(['page', 'ms']),
          from: z.int(),
          to: z.int(),
          reason: z.string(),
          message: z.string(),
        }),
      )
      .optional()
      .openapi({
        description:
          'The same with codes, where there are any: pages from the first to the last, from 1; ' +
          'stretches of a recording in milliseconds, half-open',
      }),
  })
  .openapi('Coverage')

/** How far a file is understood in one way. */
export const ModalityOut = z
  .object({
    modality: z.enum(MODALITIES),
    step: z.string().openapi({ description: 'What `retry` is told' }),
    state: z.enum(MODALITY_STATES).openapi({
      description:
        '`partial`: some of it, see `coverage`. `not_available`: a program or model is missing, which `message` names. `none`: there is nothing of the kind in the file.',
    }),
    coverage: CoverageOut.nullable(),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    failed_units: z
      .array(z.int())
      .openapi({ description: 'Pages or minutes that were not read, from 1' }),
    confidence: z.number().nullable().openapi({
      description: 'Of `ocr`: how sure the reading is, 0 to 100, the mean of its pages',
    }),
    unit_confidence: z
      .array(z.object({ unit: z.int(), confidence: z.number() }))
      .openapi({ description: 'The same of each page with text, from 1' }),
    hard_units: z.array(z.int()).openapi({
      description: `Pages below ${HARD_TO_READ}: read, but badly. \`retry\` with their units reads them again`,
    }),
  })
  .openapi('Modality')

/** One step of understanding, as far as it went. */
export const StepOut = z
  .object({
    step: z.string(),
    state: z.enum(['waiting', 'working', 'done', 'partial', 'skipped', 'failed']),
    coverage: CoverageOut.nullable(),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    duration_ms: z.int(),
    finished_at: z.int().nullable(),
  })
  .openapi('Step')
