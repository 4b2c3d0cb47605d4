import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exclusion } from '../core/share/exclude.ts'
import { bytesOf, rawPathOf, rawPathOfText } from '../core/share/raw-path.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { walk } from './walk.ts'

const none = exclusion([])

async function folder(...paths: string[]): Promise<string> {
  const root = realpathSync(await temporaryFolder())
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), path)
  }
  return root
}

const paths = (root: string, exclude = none) => [...walk(root, exclude)].map((found) => found.path)

it('yields files in the order of their path bytes, whatever the folders are called', async () => {
  const names = ['a', 'a!', 'a!/z', 'a!!/y', 'a.txt', 'a/b', 'a/b/c', 'a0', 'z', 'é', '文', 'B/x']
  const files = names.map((name) =>
    names.some((n) => n.startsWith(`${name}/`)) ? `${name}/0` : name,
  )
  const root = await folder(...new Set(files))
  const expected = [...new Set(files)].map(rawPathOfText).map(bytesOf).sort(Buffer.compare)
  expect(paths(root).map(bytesOf)).toEqual(expected)
})

it('sees names that are no text', async () => {
  const root = await folder()
  const name = Buffer.from([0x63, 0xe9, 0x0a, 0xff])
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), 'x')
  expect(paths(root)).toEqual([rawPathOf(name)])
})

it('follows no link and opens nothing that is not a file', async () => {
  const root = await folder('real.txt')
  symlinkSync('/etc', join(root, 'etc'))
  symlinkSync('real.txt', join(root, 'alias.txt'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  const found = [...walk(root, none)].map((each) => [each.path, each.failure?.reason])
  expect(found).toEqual([
    ['alias.txt', 'SYMLINK'],
    ['etc', 'SYMLINK'],
    ['pipe', 'NOT_A_FILE'],
    ['real.txt', undefined],
  ])
})

it('does not descend into what is excluded', async () => {
  const root = await folder('a.txt', '.git/config', 'old/b.txt', 'c.bak', '~$d.docx')
  expect(paths(root, exclusion(['old', '*.bak']))).toEqual(['a.txt'])
})

it('names a path that is too long, and goes on', async () => {
  const root = await folder('z.txt')
  // Deeper than one call can name: made from inside, as a file server would.
  const script =
    'cd "$1"; for i in $(seq 18); do mkdir $2 && cd $2 || exit 1; done; echo x > deep.txt'
  execFileSync('bash', ['-c', script, 'bash', root, 'd'.repeat(250)])
  const found = [...walk(root, none)]
  execFileSync('rm', ['-rf', join(root, 'd'.repeat(250))])
  expect(found.map((each) => each.failure?.reason)).toEqual(['PATH_TOO_LONG', undefined])
})

it('names a folder that it may not list, and goes on', async () => {
  const root = await folder('closed/a.txt', 'z.txt')
  chmodSync(join(root, 'closed'), 0)
  chmodSync(root, 0o755)
  const found = asNobody(() => [...walk(root, none)])
  chmodSync(join(root, 'closed'), 0o700)
  expect(found.map((each) => [each.path, each.failure?.reason])).toEqual([
    ['closed/', 'NO_ACCESS'],
    ['z.txt', undefined],
  ])
})

/** The superuser may list anything, so it steps down; anybody else is nobody already. */
function asNobody<T>(work: () => T): T {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
