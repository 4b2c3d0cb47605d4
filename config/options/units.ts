export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const KIB = 2 ** 10
export const MIB = 2 ** 20
export const GIB = 2 ** 30
