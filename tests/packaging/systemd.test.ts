import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REFUSED } from '../../adapters/child/refused-calls.ts'

const UNITS = join(import.meta.dirname, '../../systemd')
const NODE = 'opt/onefold/node_modules/.bin/node'
const services = readdirSync(UNITS).filter((name) => name.endsWith('.service'))
const files = [...services, 'onefold-extract.socket', 'onefold.target']
/** Reads hostile files, so it is held to more. */
const READER = 'onefold-extract@.service'
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

let root: string

/** What `RestrictNamespaces=` refuses, looking at what is asked for. */
const BY_OTHER_MEANS = ['unshare', 'setns', 'clone3']

/** What a word stands for in a filter of system calls: itself, or all calls of a set. */
function systemCallSets(): (word: string) => string[] {
  const list = execFileSync('systemd-analyze', ['syscall-filter', '--no-pager'], {
    encoding: 'utf8',
  })
  const sets = new Map<string, string[]>()
  for (const part of list.split(/^(?=@)/m)) {
    const [name = '', ...lines] = part.split('\n')
    sets.set(
      name,
      lines.map((line) => line.trim()).filter((line) => /^[@a-z_]/.test(line)),
    )
  }
  const members = (word: string): string[] =>
    word.startsWith('@') ? (sets.get(word) ?? []).flatMap(members) : [word]
  return members
}

/** System calls that the filter of a unit lets through: sets and calls, added or taken away in turn. */
function allowedIn(name: string): Set<string> {
  const allowed = new Set<string>()
  const members = systemCallSets()
  const unit = readFileSync(join(UNITS, name), 'utf8')
  for (const [, not, words = ''] of unit.matchAll(/^SystemCallFilter=(~?)(.*)$/gm)) {
    for (const call of words.split(' ').flatMap(members)) {
      if (not) allowed.delete(call)
      else allowed.add(call)
    }
  }
  return allowed
}

/** A tree as it is on a machine with Onefold installed, so that the units' programs are found. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'onefold-units-'))
  for (const folder of ['etc/systemd/system', 'usr/lib/systemd', 'opt/onefold/node_modules/.bin']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  writeFileSync(join(root, NODE), '#!/bin/sh\n', { mode: 0o755 })
  if (hasSystemd) {
    cpSync('/lib/systemd/system', join(root, 'usr/lib/systemd/system'), { recursive: true })
  }
})
afterAll(() => rmSync(root, { recursive: true }))

/** What `systemd-analyze verify` has to say; it ends with 0 even for a key it does not know. */
function complaints(change: (unit: string) => string = (unit) => unit): string {
  for (const name of files) {
    const unit = readFileSync(join(UNITS, name), 'utf8')
    writeFileSync(join(root, 'etc/systemd/system', name), change(unit))
  }
  const { stderr, stdout } = spawnSync(
    'systemd-analyze',
    ['verify', '--man=no', `--root=${root}`, ...files],
    { encoding: 'utf8' },
  )
  return stdout + stderr
}

describe.skipIf(!hasSystemd)('the systemd units', () => {
  it('are silent under systemd-analyze verify', () => {
    expect(complaints()).toBe('')
  })

  it('refuse a reader the calls that it is refused in bubblewrap', () => {
    const refused = Object.values(REFUSED).flatMap(({ calls }) => Object.keys(calls))
    expect(refused.filter((call) => allowedIn(READER).has(call))).toEqual(BY_OTHER_MEANS)
  })

  it('would not be silent with a key that does not exist, or a program that is not there', () => {
    expect(complaints((unit) => unit.replace('RemoveIPC', 'RemoveIPX'))).toContain('RemoveIPX')
    expect(complaints((unit) => unit.replace('.bin/node ', '.bin/nod '))).toContain('.bin/nod')
  })

  it.each(services)(
    '%s is rated 1.0 or better (a reader 0.5) by systemd-analyze security',
    (name) => {
      const report = execFileSync(
        'systemd-analyze',
        ['security', '--offline=true', '--no-pager', join(UNITS, name)],
        { encoding: 'utf8' },
      )
      const rating = /exposure level for .*: ([\d.]+)/.exec(report)?.[1]
      expect(Number(rating)).toBeLessThanOrEqual(name === READER ? 0.5 : 1)
    },
  )
})

describe('the systemd files', () => {
  it('start, stop and restart together with the target', () => {
    const target = readFileSync(join(UNITS, 'onefold.target'), 'utf8')
    for (const name of services.filter((each) => !/prepare|extract/.test(each))) {
      const unit = readFileSync(join(UNITS, name), 'utf8')
      expect(target).toContain(name)
      expect(unit).toContain('PartOf=onefold.target')
      expect(unit).toContain('Requires=onefold-prepare.service')
      expect(unit).toContain('Wants=onefold-extract.socket')
    }
  })

  it('name only options that exist in the example of the environment file', async () => {
    const { loadSettings } = await import('../../config/load.ts')
    const example = readFileSync(join(UNITS, 'onefold.env.example'), 'utf8')
    const assignments = example.matchAll(/^#?(ONEFOLD_\w+)=(.*)$/gm)
    const env = Object.fromEntries([...assignments].map(([, name, value]) => [name, value]))
    delete env.ONEFOLD_ADMIN_PASSWORD_FILE
    expect(() => loadSettings(env)).not.toThrow()
  })
})
