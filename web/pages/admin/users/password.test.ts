import { expect, it } from 'vitest'
import { generatePassword } from './password.ts'

it('makes four groups of five letters that cannot be mistaken for each other', () => {
  for (let i = 0; i < 50; i++) {
    expect(generatePassword()).toMatch(/^[a-zA-Z2-9]{5}(-[a-zA-Z2-9]{5}){3}$/)
    expect(generatePassword()).not.toMatch(/[lIO01]/)
  }
})

it('does not make the same one twice', () => {
  const made = new Set(Array.from({ length: 1000 }, generatePassword))
  expect(made.size).toBe(1000)
})
