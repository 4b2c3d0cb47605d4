type Keys = Map<string, unknown>
type Heads = Map<number, Buffer[]>

export function keysIn(text: string): Keys
export function headsIn(text: string): Heads
export function verify(
  lines: AsyncIterable<string> | Iterable<string>,
  keys: Keys,
  heads: Heads,
): Promise<{ count: number; wrong?: string }>
