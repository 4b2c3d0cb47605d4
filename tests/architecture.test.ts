import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Which folder may import which. The architecture, as data; each `main.ts` may also import config. */
const MAY_IMPORT: Record<string, string[]> = {
  core: [],
  adapters: ['core'],
  config: ['core', 'adapters'],
  server: ['core'],
  worker: ['core'],
  watcher: ['core'],
  web: [],
}
const NOUNS_OF_THE_PAGE = ['core/model/kind.ts', 'core/model/type-rule.ts']
const FORBIDDEN_FOLDERS = /(^|\/)(utils?|lib|common|helpers?|services?|managers?|types)\//
const MAX_LINES = 400
const ROOT = join(import.meta.dirname, '..')
const FOLDERS = [...Object.keys(MAY_IMPORT), 'scripts', 'tests']

describe.each(Object.entries(MAY_IMPORT))('%s', (folder, others) => {
  it(`imports itself and [${others}] only`, () => {
    const allowed = (file: string) => {
      const config = file.endsWith('/main.ts') ? ['config'] : []
      return [folder, ...others, ...config]
    }
    const strange = ([from, to]: Edge) => !allowed(from).includes(top(to))
    // The page shares the nouns with the server, as far as they need nothing but the language.
    const isNoun = ([, to]: Edge) => folder === 'web' && NOUNS_OF_THE_PAGE.includes(to)
    expect(edges(folder).filter((edge) => strange(edge) && !isNoun(edge))).toEqual([])
  })
})

it('adapters do not know each other', () => {
  const technology = (path: string) => path.split('/')[1]
  const sideways = ([from, to]: Edge) =>
    top(to) === 'adapters' && technology(from) !== technology(to)
  expect(edges('adapters').filter(sideways)).toEqual([])
})

it('only the wiring imports adapters', () => {
  const elsewhere = edges('config').filter(
    ([from, to]) =>
      top(to) === 'adapters' &&
      !/^config\/(wire|parsers|providers|readers|embedders|elsewhere|speech|models|measuring|directory|oidc)\.ts$/.test(
        from,
      ),
  )
  expect(elsewhere).toEqual([])
})

it('core needs nothing but Node', () => {
  const packages = sources('core').flatMap((file) =>
    importsIn(file).filter((to) => !/^(\.|node:)/.test(to)),
  )
  expect(packages).toEqual([])
})

it('no module reaches itself through its imports', () => {
  expect(cycles(FOLDERS.flatMap((folder) => edges(folder, 'runtime')))).toEqual([])
})

it('no folder is named after nothing in particular', () => {
  const files = FOLDERS.flatMap(sources)
  expect(files.filter((file) => FORBIDDEN_FOLDERS.test(file))).toEqual([])
})

it(`no file is longer than ${MAX_LINES} lines, schemas apart`, () => {
  const long = FOLDERS.flatMap(sources).filter(
    (file) =>
      !/\.gen\.ts$|migrations\/|schema\.ts$/.test(file) &&
      readFileSync(join(ROOT, file), 'utf8').split('\n').length > MAX_LINES,
  )
  expect(long).toEqual([])
})

type Edge = [from: string, to: string]

const top = (path: string) => path.split('/')[0] ?? ''

function edges(folder: string, kind: 'all' | 'runtime' = 'all'): Edge[] {
  return sources(folder).flatMap((file) =>
    importsIn(file, kind)
      .filter((to) => to.startsWith('.'))
      .map((to): Edge => [file, posix.join(posix.dirname(file), to)]),
  )
}

function importsIn(file: string, kind: 'all' | 'runtime' = 'all'): string[] {
  const code = readFileSync(join(ROOT, file), 'utf8')
  const statements = [...code.matchAll(/(import|export)\s+(type\s)?([^;'"]*?from\s*)?'([^']+)'/g)]
  const dynamic = [...code.matchAll(/import\(\s*'([^']+)'\s*\)/g)]
  return [
    ...statements
      .filter(([, , type, names]) => kind === 'all' || !(type || onlyTypes(names ?? '')))
      .map((match) => match[4] ?? ''),
    ...(kind === 'all' ? dynamic.map((match) => match[1] ?? '') : []),
  ]
}

/** `import { type A, type B } from` leaves nothing behind at run time. */
function onlyTypes(names: string): boolean {
  const list = /^\{([^}]*)\}\s*from\s*$/.exec(names)?.[1]
  return (list?.split(',') ?? ['value']).every((name) => /^\s*(type\s|$)/.test(name))
}

function cycles(all: Edge[]): string[][] {
  const next = new Map<string, string[]>()
  for (const [from, to] of all) next.set(from, [...(next.get(from) ?? []), to])
  const state = new Map<string, 'open' | 'done'>()
  const found: string[][] = []
  const visit = (file: string, path: string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file])
      return
    }
    state.set(file, 'open')
    for (const to of next.get(file) ?? []) visit(to, [...path, file])
    state.set(file, 'done')
  }
  for (const file of next.keys()) visit(file, [])
  return found
}

function sources(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .filter((file) => !/^(dist|node_modules|browser)\//.test(file))
    .map((file) => `${folder}/${file}`)
}
