import { expect, it } from 'vitest'
import { leavesGroupsOut, personOf } from './person.ts'

const NAMES = { nameClaim: 'preferred_username', groupsClaim: 'groups' }
const ELSEWHERE = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: '…' } } }

it.each([
  ['are named', { groups: ['a'] }, false],
  ['are none', { groups: [] }, false],
  ['are not spoken of', {}, false],
  ['are too many, and kept elsewhere', ELSEWHERE, true],
  ['are too many for an address', { hasgroups: true }, true],
  ['are named, and others are kept elsewhere', { groups: ['a'], ...ELSEWHERE }, false],
  ['are not what is kept elsewhere', { _claim_names: { picture: 'src1' } }, false],
])('knows groups that are left out from groups that %s', (_what, claims, isOut) => {
  expect(leavesGroupsOut({ sub: '1', ...claims }, NAMES)).toBe(isOut)
})

it('knows somebody by the subject, and each group once', () => {
  const claims = { sub: '1', preferred_username: ' ada ', groups: ['a', 'a', '', 7, 'b'] }
  expect(personOf(claims, NAMES)).toMatchObject({
    objectId: '1',
    username: 'ada',
    groups: [{ name: 'a' }, { name: 'b' }],
  })
})
