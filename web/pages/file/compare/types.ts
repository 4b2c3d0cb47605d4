import type { components } from '../../../api.gen.ts'

type Schemas = components['schemas']

export type Comparison = Schemas['Comparison']
export type Row = Schemas['ComparisonRow']
export type Units = NonNullable<Schemas['ComparisonUnits']>
export type UnitPair = Units['pairs'][number]
export type HistoryEntry = Schemas['HistoryEntry']
export type Side = Comparison['from']
export type Counts = NonNullable<Comparison['counts']>

/** Which of the two versions: the one that is compared, or the one it is compared with. */
export type Which = 'from' | 'to'
