import { expect, it } from 'vitest'
import { isAgreed, isTooMuch, vanishing } from './judge.ts'

const known = (people: number, groups: number) => ({
  people: Array.from({ length: people }, (_, i) => ({
    objectId: `p${i}`,
    isIn: true,
    groups: ['g0'],
  })),
  groups: Array.from({ length: groups }, (_, i) => ({ objectId: `g${i}` })),
})

const shown = (people: number, groups: number, isInGroups = true) => ({
  people: Array.from({ length: people }, (_, i) => ({
    objectId: `p${i}`,
    username: `p${i}`,
    displayName: `p${i}`,
    isDisabled: false,
    groups: isInGroups ? [{ objectId: 'g0', name: 'g0' }] : [],
  })),
  groups: Array.from({ length: groups }, (_, i) => ({ objectId: `g${i}`, name: `g${i}` })),
  isWhole: true,
})

it.each([
  ['nothing', 1000, 1000, 50, 50, false],
  ['a tenth of the people', 1000, 900, 50, 50, false],
  ['more than a tenth of the people', 1000, 899, 50, 50, true],
  ['more than a tenth of the groups', 1000, 1000, 50, 44, true],
  ['one of few', 5, 4, 3, 2, false],
  ['two of few', 11, 9, 3, 3, true],
  ['two of few groups', 11, 11, 3, 1, true],
  ['everybody, however few', 1, 0, 1, 1, true],
  ['every group, however few', 5, 5, 1, 0, true],
  ['somebody new', 10, 12, 3, 9, false],
])('asks before too much vanishes: %s', (_what, people, left, groups, leftGroups, asks) => {
  const now = shown(left, leftGroups)
  const found = vanishing(known(people, groups), now, 7)
  expect(isTooMuch(found, now)).toBe(asks)
  expect(found.at).toBe(7)
})

it('asks before many are left in no group, though everybody is there', () => {
  for (const [people, asks] of [
    [10, true],
    [2, true],
    [1, false],
  ] as const) {
    const now = shown(people, 3, false)
    expect(isTooMuch(vanishing(known(people, 3), now, 0), now)).toBe(asks)
  }
})

it('takes a yes for what was shown, and for no more', () => {
  const asked = vanishing(known(10, 3), shown(5, 3), 0)
  expect(isAgreed(asked, asked)).toBe(true)
  expect(isAgreed(vanishing(known(10, 3), shown(4, 3), 0), asked)).toBe(false)
})

it.each([
  ['one of three', 3, 2, false],
  ['two of three', 3, 1, false],
  ['half', 30, 15, false],
  ['more than half', 30, 14, true],
  ['all', 11, 0, true],
])(
  'asks before a group loses too many who are there and in another: %s',
  (_what, of, left, asks) => {
    const everybody = known(100, 2)
    const before = everybody.people.map((person, i) => ({
      ...person,
      groups: i < of ? ['g0', 'g1'] : ['g0'],
    }))
    const now = shown(100, 2)
    const people = now.people.map((person, i) => ({
      ...person,
      groups: i < left ? [...person.groups, { objectId: 'g1', name: 'g1' }] : person.groups,
    }))
    const found = vanishing({ ...everybody, people: before }, { ...now, people }, 0)
    expect(isTooMuch(found, now)).toBe(asks)
    const lost = of - left
    const shrinking = asks ? [{ objectId: 'g1', name: 'g1', lost, of }] : []
    expect(found).toMatchObject({ stripped: 0, members: asks ? lost : 0, shrinking })
    expect(isAgreed(found, found)).toBe(true)
    expect(isAgreed(found, { ...found, members: 0 })).toBe(!asks)
  },
)
