import { expect, it } from 'vitest'
import { groupOf, ruleWords, type TypeRule, takes } from './type-rule.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'

it.each([
  ['application/pdf', 'documents'],
  [`${OOXML}.spreadsheetml.sheet`, 'documents'],
  ['application/vnd.ms-excel', 'documents'],
  ['application/vnd.oasis.opendocument.text', 'documents'],
  ['text/html', 'documents'],
  ['message/rfc822', 'documents'],
  ['image/jpeg', 'pictures'],
  ['image/svg+xml', 'pictures'],
  ['audio/mpeg', 'sound'],
  ['video/mp4', 'film'],
  ['application/zip', 'archives'],
  ['application/vnd.ms-cab-compressed', 'archives'],
  ['application/x-msdownload', 'programs'],
  ['application/x-elf', 'programs'],
  ['application/java-archive', 'programs'],
  ['application/octet-stream', 'other'],
] as const)('counts %s among %s', (mediaType, group) => {
  expect(groupOf(mediaType)).toBe(group)
})

const rule = (mode: TypeRule['mode'], ...listed: string[]): TypeRule => ({
  mode,
  groups: listed.filter((each) => !each.includes('/')) as TypeRule['groups'],
  mediaTypes: listed.filter((each) => each.includes('/')),
})

it.each([
  [rule('allow', 'documents'), 'application/pdf', true],
  [rule('allow', 'documents'), 'image/png', false],
  [rule('allow', 'documents', 'image/png'), 'image/png', true],
  [rule('allow', 'documents'), 'application/octet-stream', false],
  [rule('deny', 'programs'), 'application/pdf', true],
  [rule('deny', 'programs'), 'application/x-elf', false],
  [rule('deny', 'image/svg+xml'), 'image/svg+xml', false],
  [rule('deny', 'image/svg+xml'), 'image/png', true],
  [rule('allow', 'sound'), 'application/x-empty', true],
  [rule('deny', 'other'), 'application/x-empty', true],
])('%j takes %s: %s', (given, mediaType, answer) => {
  expect(takes(given, mediaType)).toBe(answer)
})

it('says a rule in words', () => {
  expect(ruleWords(rule('allow', 'documents'))).toBe('takes documents only')
  expect(ruleWords(rule('allow', 'documents', 'sound', 'image/png'))).toBe(
    'takes documents, sound and image/png only',
  )
  expect(ruleWords(rule('deny', 'programs', 'other'))).toBe('takes no programs or other files')
})
