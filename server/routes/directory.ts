import { listMappedGroups, mapGroup } from '../../core/directory/map-group.ts'
import {
  type DirectoryView,
  syncNow,
  testDirectory,
  viewDirectory,
} from '../../core/directory/view.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/directory.ts'
import type { Door } from '../door.ts'
import { wholeList } from '../wire/page.ts'

/** Shrinking groups that are named. */
const SHOWN = 20

/** The directory, for administrators. */
export const directory = ({ ports }: Door) =>
  router()
    .openapi(contract.getDirectoryRoute, async (c) => {
      const view = await viewDirectory(ports, actorOf(c))
      return c.json({ directory: view ? directoryOut(view) : null }, 200)
    })
    .openapi(contract.testDirectoryRoute, async (c) => {
      const { name } = c.req.valid('json')
      const { steps, person } = await testDirectory(ports, actorOf(c), name ?? undefined)
      return c.json(
        {
          steps: steps.map(({ tookMs, reason = null, advice = null, ...step }) => ({
            ...step,
            took_ms: tookMs,
            reason,
            advice,
          })),
          person: person
            ? {
                username: person.username,
                display_name: person.displayName,
                disabled: person.isDisabled,
                org_role: person.orgRole,
                groups: person.groups.map((group) => group.name).toSorted(),
                grants: person.grants.map(({ chapter = null, ...grant }) => ({
                  ...grant,
                  chapter,
                })),
              }
            : null,
        },
        200,
      )
    })
    .openapi(contract.syncDirectoryRoute, async (c) => {
      const changes = await syncNow(ports, actorOf(c), c.req.valid('json').agree ?? undefined)
      return c.json(
        {
          people_added: changes.peopleAdded,
          people_gone: changes.peopleGone,
          people_disabled: changes.peopleDisabled,
          groups_added: changes.groupsAdded,
          groups_gone: changes.groupsGone,
          members_added: changes.membersAdded,
          members_dropped: changes.membersDropped,
        },
        200,
      )
    })
    .openapi(contract.listDirectoryGroupsRoute, async (c) => {
      const groups = await listMappedGroups(ports, actorOf(c))
      return c.json(
        wholeList(groups, (group) => ({
          id: group.id,
          name: group.name,
          member_count: group.memberCount,
          org_role: group.orgRole,
          is_gone: group.isGone,
        })),
        200,
      )
    })
    .openapi(contract.mapDirectoryGroupRoute, async (c) => {
      const { org_role: orgRole } = c.req.valid('json')
      await mapGroup(ports, actorOf(c), { groupId: c.req.valid('param').id, orgRole })
      return c.body(null, 204)
    })

const directoryOut = ({
  id,
  about,
  syncMs,
  graceMs,
  isAskedAsPeople,
  state,
  nextAt,
}: DirectoryView) => ({
  id,
  servers: [...about.servers],
  preset: about.preset,
  base: about.base ?? null,
  bind_dn: about.bindDn ?? null,
  person_filter: about.personFilter ?? null,
  sync_ms: syncMs,
  grace_ms: graceMs,
  asked_as_people: isAskedAsPeople,
  people: state.people,
  groups: state.groups,
  tried_at: state.triedAt ?? null,
  synced_at: state.syncedAt ?? null,
  next_sync_at: nextAt ?? null,
  took_ms: state.tookMs ?? null,
  reason: state.reason ?? null,
  message: state.message ?? null,
  stopped: state.stopped
    ? {
        at: state.stopped.at,
        people: state.stopped.people,
        of_people: state.stopped.ofPeople,
        groups: state.stopped.groups,
        of_groups: state.stopped.ofGroups,
        stripped: state.stopped.stripped,
        members: state.stopped.members,
        shrinking: state.stopped.shrinking
          .slice(0, SHOWN)
          .map(({ name, lost, of }) => ({ name, lost, of })),
      }
    : null,
})
