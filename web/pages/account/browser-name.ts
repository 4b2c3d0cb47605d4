/** Order matters: every browser names the older ones it wants to be taken for. */
const BROWSERS = [
  ['Edge', /Edg\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Firefox', /Firefox\/(\d+)/],
  ['Chrome', /Chrome\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/],
  ['Safari', /Safari\/(\d+)/],
] as const
const SYSTEMS = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux|X11/],
] as const

/** "Firefox 140, Linux" from what a browser sends of itself; undefined when it is none we know. */
export function browserName(userAgent: string | null | undefined): string | undefined {
  if (!userAgent) return undefined
  const browser = BROWSERS.find(([, pattern]) => pattern.test(userAgent))
  if (!browser) return userAgent.slice(0, 40)
  const version = browser[1].exec(userAgent)?.[1]
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0]
  return [`${browser[0]} ${version}`, system].filter(Boolean).join(', ')
}
