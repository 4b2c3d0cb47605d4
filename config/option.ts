import { isIP } from 'node:net'
import { z } from 'zod'

/** One option of the product: what it may be, what it is when nobody says so, and what it does. */
export interface Option<T = unknown> {
  readonly schema: z.ZodType<T>
  readonly kind: 'integer' | 'text' | 'path' | 'secret'
  /** As the documentation shows the type: `integer`, `path`, `auto | builtin`, … */
  readonly type: string
  /** Undefined leaves the option unset. Paths may start with `{data}`, the data folder. */
  readonly fallback: () => T
  /** As the documentation shows the default, where `fallback` depends on the machine. */
  readonly fallbackText?: string
  readonly unit?: string
  readonly doc: string
}

/** Options by their place: `upload.maxBytes`. The first of all is the data folder. */
export interface OptionTree {
  readonly [key: string]: Option | OptionTree
}

export interface Description<T> {
  default: T | (() => T)
  defaultText?: string
  unit?: string
  doc: string
}

const option = <T>(
  kind: Option['kind'],
  form: { schema: z.ZodType<T>; type: string },
  described: Description<T>,
): Option<T> => ({
  kind,
  ...form,
  fallback: () => (described.default instanceof Function ? described.default() : described.default),
  ...(described.defaultText !== undefined && { fallbackText: described.defaultText }),
  ...(described.unit !== undefined && { unit: described.unit }),
  doc: described.doc,
})

/** A whole number in `[min, max]`. */
export const integer = (
  described: Description<number> & { min?: number; max?: number },
): Option<number> => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = described
  const schema = z
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
  return option('integer', { schema, type: 'integer' }, described)
}

export const text = (described: Description<string>): Option<string> =>
  option('text', { schema: z.string().min(1, 'must not be empty'), type: 'text' }, described)

/** IP addresses and networks with commas between them, or `none`. */
export const addresses = (described: Description<string>): Option<string> => {
  const isOne = (part: string) => isIP(part.trim().replace(/\/\d{1,3}$/, '')) !== 0
  const schema = z.string().refine((value) => value === 'none' || value.split(',').every(isOne), {
    error: 'must be addresses and networks with commas between them, or none',
  })
  return option('text', { schema, type: 'addresses' }, described)
}

/** Names of languages as tesseract has them: ISO 639-2, with a variety behind it or without. */
export const languages = (described: Description<string>): Option<string> => {
  const schema = z.string().regex(/^[a-z]{3}(_[a-z]+)*(, ?[a-z]{3}(_[a-z]+)*)*$/i, {
    error: 'must be names such as eng, deu or chi_sim, with commas between them',
  })
  return option('text', { schema, type: 'languages' }, described)
}

export const choice = <const T extends string>(
  values: readonly T[],
  described: Description<NoInfer<T>>,
): Option<T> =>
  option(
    'text',
    {
      schema: z.enum(values, `must be one of ${values.join(', ')}`),
      type: values.join(' \\| '),
    },
    described,
  )

/** A path; relative ones count from the file that names them, or from where the process started. */
export const path = (described: Description<string>): Option<string> =>
  option('path', { schema: z.string().min(1, 'must not be empty'), type: 'path' }, described)

type Unset = Omit<Description<string | undefined>, 'default'>

/** Text that may be left unset. */
export const optionalText = (described: Unset): Option<string | undefined> =>
  option(
    'text',
    { schema: z.string().min(1, 'must not be empty').optional(), type: 'text' },
    { ...described, default: undefined },
  )

/** A path, as `path`, that may be left unset. */
export const optionalPath = (described: Unset): Option<string | undefined> =>
  option(
    'path',
    { schema: z.string().min(1, 'must not be empty').optional(), type: 'path' },
    { ...described, default: undefined },
  )

/** @param kind `secret` where a password may stand in it */
export const url = (
  protocols: readonly string[],
  described: Omit<Description<string | undefined>, 'default'>,
  kind: 'text' | 'secret' = 'text',
): Option<string | undefined> => {
  const schema = z
    .string()
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
      error: `must be a URL that starts with ${protocols.map((each) => `${each}//`).join(' or ')}`,
    })
    .optional()
  return option(kind, { schema, type: 'URL' }, { ...described, default: undefined })
}

/** URLs with commas between them. */
export const urls = (
  protocols: readonly string[],
  described: Omit<Description<string | undefined>, 'default'>,
): Option<string | undefined> => {
  const isOne = (part: string) =>
    URL.canParse(part) && protocols.includes(new URL(part).protocol) && new URL(part).host !== ''
  const schema = z
    .string()
    .refine((value) => value.split(',').every((part) => isOne(part.trim())), {
      error: `must be URLs that start with ${protocols.map((each) => `${each}//`).join(' or ')}, with commas between them`,
    })
    .optional()
  return option('text', { schema, type: 'URLs' }, { ...described, default: undefined })
}

/** Text that is masked wherever it is shown, and may be given as a file: `…_FILE`. */
export const secret = (
  described: Omit<Description<string | undefined>, 'default'>,
): Option<string | undefined> =>
  option(
    'secret',
    { schema: z.string().min(1, 'must not be empty').optional(), type: 'secret' },
    { ...described, default: undefined },
  )
