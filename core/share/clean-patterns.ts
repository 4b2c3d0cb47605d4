/** Patterns without the empty lines and doubles that come with copying them from a list. */
export const cleanPatterns = (patterns: readonly string[]): string[] => [
  ...new Set(patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '')),
]
