import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { namedOptions } from '../config/schema.ts'
import packageFile from '../package.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const PAGES = ['README.md', 'ARCHITECTURE.md', 'systemd/README.md', 'data/README.md']
  .concat(pagesIn('docs'))
  .filter((page) => existsSync(join(ROOT, page)))

describe('the documentation', () => {
  it.each(PAGES)('links to what is there: %s', (page) => {
    const broken = linksOf(page).filter((link) => !isThere(page, link))
    expect(broken).toEqual([])
  })

  it('names every dependency in a decision', () => {
    const { dependencies, devDependencies, optionalDependencies } = packageFile
    const decisions = pagesIn('docs/decisions').map(read).join('\n')
    const silent = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(silent.filter((name) => !decisions.includes(`\`${name}\``))).toEqual([])
  })

  it('lists every option, with what the schema says of it', () => {
    const operations = read('docs/operations.md')
    const missing = namedOptions.filter(
      ({ env, option }) => !operations.includes(`\`${env}\``) || !operations.includes(option.doc),
    )
    expect(missing.map(({ env }) => env)).toEqual([])
  })

  it('explains every reason that a failure can carry', () => {
    const operations = read('docs/operations.md')
    const silent = reasons().filter((reason) => !operations.includes(`\`${reason}\``))
    expect(silent).toEqual([])
  })

  it('is reached from the front page or the architecture', () => {
    const reached = new Set(
      PAGES.flatMap((page) => linksOf(page).map((link) => target(page, link))),
    )
    const lonely = PAGES.filter((page) => page.startsWith('docs/'))
      .filter((page) => !page.startsWith('docs/changes/next/'))
      .filter((page) => !reached.has(page))
    expect(lonely).toEqual([])
  })
})

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file))
}

/** Reasons as they are given to an error or a result, or named in the tables of them. */
function reasons(): string[] {
  const given =
    /\breason(?:: |\(|Error\()'([A-Z][A-Z_]+)'|\b(?:killed|refused|sourceError)\('([A-Z_]+)'/g
  const found = ['core', 'adapters', 'server', 'worker', 'watcher', 'config', 'scripts']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => read(join(folder, file))),
    )
    .flatMap((source) => [...source.matchAll(given)].map((match) => match[1] ?? match[2] ?? ''))
  return [...new Set(found)]
}

/** Links of a page to files of ours; what stands in code is no link. */
function linksOf(page: string): string[] {
  const text = read(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
}

/** The file a link means, from the root. */
const target = (page: string, link: string): string =>
  relative(
    ROOT,
    join(ROOT, dirname(page), link.replace(/#.*$/, '') || page.split('/').at(-1) || ''),
  )

function isThere(page: string, link: string): boolean {
  const file = target(page, link)
  if (!existsSync(join(ROOT, file))) return false
  const anchor = link.split('#')[1]
  return !anchor || anchorsOf(file).includes(anchor)
}

/** Headings as the usual renderers make anchors of them. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ +(.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
