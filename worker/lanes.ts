import type { Lane, Step } from '../core/model/job.ts'
import type { StepDefinition } from '../core/pipeline/step.ts'

export type Steps = ReadonlyMap<Step, StepDefinition>

/** Lanes that do the same kind of work. */
export interface LaneGroup {
  steps: Steps
  /** How many of them; as many replays of these steps are under way at a time. */
  lanes: number
}

/**
 * Light steps and heavy ones apart: however many scans and recordings wait, a text is read by the
 * next light lane. Without `heavyLanes` every lane does everything.
 */
export function laneGroups(
  steps: Steps,
  { lanes = 1, heavyLanes }: { lanes?: number; heavyLanes?: number },
): LaneGroup[] {
  if (heavyLanes === undefined) return [{ steps, lanes }]
  const of = (lane: Lane): Steps => new Map([...steps].filter(([, each]) => each.lane === lane))
  const groups = [
    { steps: of('light'), lanes },
    { steps: of('heavy'), lanes: heavyLanes },
  ]
  return groups.filter((group) => group.steps.size > 0)
}
