import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const read = (name: string) => readFileSync(join(import.meta.dirname, '../../docker', name), 'utf8')

/** A service of compose.yaml, by its name. */
const serviceOf = (name: string) =>
  new RegExp(`^ {2}${name}:\\n((?: {4,}.*\\n|\\n)*)`, 'm').exec(read('compose.yaml'))?.[1] ?? ''

describe.each(['onefold', 'readers'])('compose.yaml: %s', (name) => {
  const service = serviceOf(name)
  /** Lines of a key of the service, two levels in. */
  const key = (of: string) => new RegExp(`^ {4}${of}:(.*(?:\\n {6}.*)*)`, 'm').exec(service)?.[1]

  it.each([
    ['user', '"65532:65532"'],
    ['read_only', 'true'],
    ['init', 'true'],
    ['cap_drop', '- ALL'],
    ['security_opt', '- no-new-privileges:true'],
    ['tmpfs', 'noexec,nosuid,nodev'],
  ])('is hardened with %s', (of, value) => {
    expect(key(of)).toContain(value)
  })

  it('has limits on memory and processes', () => {
    expect(key('mem_limit')).toMatch(/\d+g$/)
    expect(key('pids_limit')).toMatch(/\d+$/)
  })

  it('has no privileges, host namespaces or engine socket', () => {
    expect(service).not.toMatch(/privileged: true|network_mode: host|pid: host|docker\.sock/)
  })
})

describe('compose.yaml', () => {
  it('opens the page to this machine alone', () => {
    expect(serviceOf('onefold')).toContain('127.0.0.1:8000:8000')
  })

  it('reads files without a network and without the data', () => {
    expect(serviceOf('readers')).toContain('network_mode: none')
    expect(serviceOf('readers')).not.toMatch(/- data:|ports:/)
    expect(serviceOf('readers')).toContain('models:/data/models:ro')
  })

  it('checks the health as the image does', () => {
    expect(serviceOf('onefold')).toContain('scripts/healthy.ts')
    expect(read('Dockerfile')).toMatch(/HEALTHCHECK[^\n]*\\\n.*scripts\/healthy\.ts/)
  })
})

describe('Dockerfile', () => {
  it('runs as a user without a name, from a base that can be chosen', () => {
    const dockerfile = read('Dockerfile')
    expect(dockerfile).toMatch(/^ARG BASE=/m)
    expect(
      dockerfile
        .trimEnd()
        .split('\n')
        .findLast((line) => line.startsWith('USER')),
    ).toBe('USER 65532:65532')
  })

  it('leaves data and secrets of the checkout out of the build', () => {
    const ignored = read('Dockerfile.dockerignore').split('\n')
    expect(ignored[0]).toBe('*')
    expect(ignored).not.toContain('!data')
  })
})
