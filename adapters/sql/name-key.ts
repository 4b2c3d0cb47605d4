/** The form in which names compare: compatible letters composed (NFKC), then lower case. */
export const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase()

/** Stands in no name; sorts before every letter. */
const UNIT = '\u001f'

/**
 * The form in which names of a directory's people and groups stand in the catalog: unique by identity,
 * so that several may be called alike, and none is found by the name of a local one.
 */
export const directoryKey = (name: string, directory: string, objectId: string): string =>
  [keyOf(name), directory, objectId].join(UNIT)

/** All such forms of a name lie between these. */
export const directoryKeys = (name: string): { from: string; to: string } => ({
  from: `${keyOf(name)}${UNIT}`,
  to: `${keyOf(name)} `,
})
