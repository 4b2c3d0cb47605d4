import { expect, it } from 'vitest'
import { gate } from './gate.ts'
import { assertPassword, hashPassword, isPassword } from './password.ts'

it('keeps a password as a salted hash that says how it was made', async () => {
  const [one, two] = await Promise.all([hashPassword('secret'), hashPassword('secret')])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(await isPassword('secret', one)).toBe(true)
  expect(await isPassword('Secret', one)).toBe(false)
  expect(await isPassword('', one)).toBe(false)
})

it('knows the hash of another implementation, with other costs', async () => {
  // Reference vector of the argon2 command line: password "password", salt "somesalt", 64 MiB.
  const kept =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await isPassword('password', kept)).toBe(true)
  expect(await isPassword('passwort', kept)).toBe(false)
})

it('takes the same letters from any keyboard', async () => {
  const kept = await hashPassword('Zürich'.normalize('NFD'))
  expect(await isPassword('Zürich'.normalize('NFC'), kept)).toBe(true)
})

it('does the same work for nobody, and says no', async () => {
  const kept = await hashPassword('secret')
  await isPassword('warm up', undefined)
  const timed = async (hash: string | undefined) => {
    const start = process.cpuUsage()
    for (let i = 0; i < 5; i++) expect(await isPassword('guess', hash)).toBe(false)
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  const ratio = (await timed(undefined)) / (await timed(kept))
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})

it('refuses to read what is no hash of ours', async () => {
  await expect(isPassword('x', 'plain text')).rejects.toThrow('PHC')
})

it.each([
  ['1234567', 'ada', /at least 8/],
  ['x'.repeat(513), 'ada', /at most 512/],
  ['ADA.LOVELACE', 'ada.lovelace', /user name/],
])('refuses the password %s of %s', (password, username, message) => {
  expect(() => assertPassword(password, username)).toThrow(message)
})

it('takes any characters', () => {
  expect(() => assertPassword('       8', 'ada')).not.toThrow()
  expect(() => assertPassword('ключ 🔑 к дому', 'ada')).not.toThrow()
})

it('hashes a few at a time, in the order they came', async () => {
  const turn = gate(2)
  const order: string[] = []
  const work = (name: string) => async () => {
    order.push(`+${name}`)
    await Promise.resolve()
    order.push(`-${name}`)
    if (name === 'a') throw new Error('fails')
  }
  await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => turn(work(name))))
  expect(order.slice(0, 2)).toEqual(['+a', '+b'])
  let running = 0
  for (const step of order) {
    running += step.startsWith('+') ? 1 : -1
    expect(running).toBeLessThanOrEqual(2)
  }
  expect(order).toHaveLength(8)
})
