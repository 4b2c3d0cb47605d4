import type { Known, Shown, Vanishing } from '../ports/index.ts'

/** Less than this is every day's business, in however small a house. */
const FEW = 2
/** More than this part of all looks like an outage. */
const PART = 0.1

/** What is known and would vanish with what was shown. */
export function vanishing(known: Known, shown: Shown, at: number): Vanishing {
  const people = new Map(shown.people.map((person) => [person.objectId, person]))
  const groups = new Set(shown.groups.map((group) => group.objectId))
  const inside = known.people.filter((person) => person.isIn)
  const stripped = inside.filter(
    ({ objectId, groupCount }) => groupCount > 0 && people.get(objectId)?.groups.length === 0,
  )
  return {
    at,
    people: known.people.filter(({ objectId }) => !people.has(objectId)).length,
    ofPeople: known.people.length,
    groups: known.groups.filter(({ objectId }) => !groups.has(objectId)).length,
    ofGroups: known.groups.length,
    stripped: stripped.length,
  }
}

/**
 * Whether so much would vanish that a person has to say that it may: more than a tenth of the people or
 * of the groups, a tenth of the people left in no group, or nothing is shown at all.
 */
export const isTooMuch = (
  { people, ofPeople, groups, ofGroups, stripped }: Vanishing,
  shown: Shown,
): boolean =>
  (people > 0 && shown.people.length === 0) ||
  (groups > 0 && shown.groups.length === 0) ||
  exceeds(people, ofPeople) ||
  exceeds(groups, ofGroups) ||
  exceeds(stripped, ofPeople)

const exceeds = (gone: number, of: number): boolean => gone > FEW && gone > of * PART

/** Whether no more would vanish than somebody has agreed to. */
export const isAgreed = (
  found: Vanishing,
  agreed: Pick<Vanishing, 'people' | 'groups' | 'stripped'>,
): boolean =>
  found.people <= agreed.people &&
  found.groups <= agreed.groups &&
  found.stripped <= agreed.stripped
