import { describe, expect, it } from 'vitest'
import { clientAddress, trustedProxies } from './client-address.ts'

const NONE = trustedProxies('none')
const ONE = trustedProxies('127.0.0.1, ::1, 10.1.0.0/16')

describe('D16 proxy-headers: the address of a caller', () => {
  it('is that of the connection, whatever a header says, when no proxy is trusted', () => {
    expect(clientAddress('192.0.2.7', '198.51.100.1', NONE)).toBe('192.0.2.7')
    expect(clientAddress('::ffff:127.0.0.1', '198.51.100.1', NONE)).toBe('127.0.0.1')
    expect(clientAddress(undefined, '198.51.100.1', NONE)).toBe('unknown')
  })

  it('is that of the connection when that is no trusted proxy', () => {
    expect(clientAddress('192.0.2.7', '198.51.100.1', ONE)).toBe('192.0.2.7')
  })

  it('is what the trusted proxy says last, not what the caller sent before', () => {
    expect(clientAddress('127.0.0.1', '1.2.3.4, 198.51.100.9', ONE)).toBe('198.51.100.9')
    expect(clientAddress('::ffff:10.1.2.3', '198.51.100.9', ONE)).toBe('198.51.100.9')
    expect(clientAddress('::1', '2001:db8::5', ONE)).toBe('2001:db8::5')
  })

  it('goes through a chain of trusted proxies', () => {
    expect(clientAddress('127.0.0.1', '1.2.3.4, 198.51.100.9, 10.1.9.9', ONE)).toBe('198.51.100.9')
    expect(clientAddress('127.0.0.1', '10.1.0.1', ONE)).toBe('10.1.0.1')
  })

  it('leaves ports and brackets away, and stops at what is no address', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.9:4711', ONE)).toBe('198.51.100.9')
    expect(clientAddress('127.0.0.1', '[2001:db8::5]:4711', ONE)).toBe('2001:db8::5')
    expect(clientAddress('127.0.0.1', '198.51.100.9, unknown', ONE)).toBe('127.0.0.1')
    expect(clientAddress('127.0.0.1', '', ONE)).toBe('127.0.0.1')
  })

  it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '::1/129'])(
    'takes no list with %s in it',
    (text) => {
      expect(() => trustedProxies(text)).toThrow(/ONEFOLD_TRUSTED_PROXIES/)
    },
  )
})
