import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const read = (name: string) => readFileSync(join(import.meta.dirname, '../../docker', name), 'utf8')

describe('compose.yaml', () => {
  const service = read('compose.yaml').split(/^volumes:/m)[0] ?? ''
  /** Lines of a key of the service, two levels in. */
  const key = (name: string) =>
    new RegExp(`^ {4}${name}:(.*(?:\\n {6}.*)*)`, 'm').exec(service)?.[1]

  it.each([
    ['user', '"65532:65532"'],
    ['read_only', 'true'],
    ['init', 'true'],
    ['cap_drop', '- ALL'],
    ['security_opt', '- no-new-privileges:true'],
    ['tmpfs', 'noexec,nosuid,nodev'],
    ['ports', '127.0.0.1:8000:8000'],
  ])('hardens the service with %s', (name, value) => {
    expect(key(name)).toContain(value)
  })

  it('limits memory and processes', () => {
    expect(key('mem_limit')).toMatch(/\d+g$/)
    expect(key('pids_limit')).toMatch(/\d+$/)
  })

  it('checks the health as the image does', () => {
    expect(key('healthcheck')).toContain('scripts/healthy.ts')
    expect(read('Dockerfile')).toMatch(/HEALTHCHECK[^\n]*\\\n.*scripts\/healthy\.ts/)
  })

  it('has no privileges, host namespaces or engine socket', () => {
    expect(service).not.toMatch(/privileged: true|network_mode: host|pid: host|docker\.sock/)
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
