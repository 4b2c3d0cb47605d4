import { expect, it, onTestFinished } from 'vitest'
import { rangingDirectory } from '../../tests/ranging-directory.ts'
import { ldapDirectory } from './directory.ts'

const PEOPLE = ['ann', 'ben', 'cem', 'dora', 'eve', 'fay', 'gus']

async function large() {
  const server = await rangingDirectory(PEOPLE)
  onTestFinished(() => server.close())
  const directory = ldapDirectory({
    id: 'corp',
    urls: [`ldap://127.0.0.1:${server.port}`],
    preset: 'active-directory',
    isClearTextAllowed: true,
    bindDn: 'reader@corp.example',
    bindPassword: 'reader pw',
    timeoutMs: 10_000,
    pageSize: 500,
    syncMs: 1,
    graceMs: 1,
  })
  return { server, directory }
}

it('asks for all members of a group that tells them in ranges, as an Active Directory does from 1,500 on', async () => {
  const { server, directory } = await large()
  const { people } = await directory.snapshot()
  expect(people.map(({ username, groups }) => [username, groups.map(({ name }) => name)])).toEqual(
    PEOPLE.map((name) => [name, ['large']]),
  )
  expect(server.asked).toEqual(['member;range=3-*', 'member;range=6-*'])
})

it('takes a group whose other members are not told for no answer, and not for a small group', async () => {
  const { server, directory } = await large()
  server.forgetTheRest()
  await expect(directory.snapshot()).rejects.toMatchObject({ reason: 'DIRECTORY_INCOMPLETE' })
})
