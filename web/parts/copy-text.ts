/**
 * Puts `text` on the clipboard. Browsers hide the clipboard interface on plain HTTP, which is how
 * many intranets run, so the old command is the second way. False when both were refused.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused by permission; the old way may still be allowed.
  }
  return copyByCommand(text)
}

function copyByCommand(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('readonly', '')
  field.style.cssText = 'position:fixed;top:0;left:0;opacity:0'
  const before = document.activeElement
  // Inside the open dialog, if any: its focus trap would take the selection away.
  const host = before?.closest('[role="dialog"]') ?? document.body
  host.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return done
}
