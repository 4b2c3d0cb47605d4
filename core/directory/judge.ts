import type { Known, Shown, ShrinkingGroup, Vanishing } from '../ports/index.ts'

/** One at a time is every day's business, in however small a house. */
const FEW = 1
/** More than this part of all looks like an outage. */
const PART = 0.1
/** People leave a group together; that most of it does looks like members that cannot be read. */
const GROUP = { few: 2, part: 0.5 }

/** What is known and would vanish with what was shown. */
export function vanishing(known: Known, shown: Shown, at: number): Vanishing {
  const people = new Map(shown.people.map((person) => [person.objectId, person]))
  const groups = new Set(shown.groups.map((group) => group.objectId))
  const inside = known.people.filter((person) => person.isIn)
  const stripped = inside.filter(
    (person) => person.groups.length > 0 && people.get(person.objectId)?.groups.length === 0,
  )
  const shrinking = shrinkingOf(known, shown)
  return {
    at,
    people: known.people.filter(({ objectId }) => !people.has(objectId)).length,
    ofPeople: known.people.length,
    groups: known.groups.filter(({ objectId }) => !groups.has(objectId)).length,
    ofGroups: known.groups.length,
    stripped: stripped.length,
    members: shrinking.reduce((sum, { lost }) => sum + lost, 0),
    shrinking,
  }
}

/** Groups that are shown, and lose too many of those who are shown, too. */
function shrinkingOf(known: Known, shown: Shown): ShrinkingGroup[] {
  const now = new Map(
    shown.people.map((person) => [
      person.objectId,
      new Set(person.groups.map((group) => group.objectId)),
    ]),
  )
  const of = new Map<string, number>()
  const lost = new Map<string, number>()
  const count = (counts: Map<string, number>, id: string) =>
    counts.set(id, (counts.get(id) ?? 0) + 1)
  for (const { objectId, groups } of known.people) {
    for (const group of groups) {
      count(of, group)
      if (now.get(objectId)?.has(group) === false) count(lost, group)
    }
  }
  return shown.groups
    .map(({ objectId, name }) => ({
      objectId,
      name,
      lost: lost.get(objectId) ?? 0,
      of: of.get(objectId) ?? 0,
    }))
    .filter(({ lost, of }) => lost > GROUP.few && lost > of * GROUP.part)
}

/**
 * Whether so much would vanish that a person has to say that it may: of the people or of the groups more
 * than a tenth and more than one, as many people left in no group, more than half and more than two of
 * the members of one group, or nothing is shown at all.
 */
export const isTooMuch = (
  { people, ofPeople, groups, ofGroups, stripped, shrinking }: Vanishing,
  shown: Shown,
): boolean =>
  (people > 0 && shown.people.length === 0) ||
  (groups > 0 && shown.groups.length === 0) ||
  exceeds(people, ofPeople) ||
  exceeds(groups, ofGroups) ||
  exceeds(stripped, ofPeople) ||
  shrinking.length > 0

const exceeds = (gone: number, of: number): boolean => gone > FEW && gone > of * PART

/** Whether no more would vanish than somebody has agreed to. */
export const isAgreed = (
  found: Vanishing,
  agreed: Pick<Vanishing, 'people' | 'groups' | 'stripped' | 'members'>,
): boolean =>
  found.people <= agreed.people &&
  found.groups <= agreed.groups &&
  found.stripped <= agreed.stripped &&
  found.members <= agreed.members
