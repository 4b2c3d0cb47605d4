const MOST_FRAMES = 12
const STILL_PX = 2

/**
 * Scrolls so that `element` stands in the middle of `scroller`. Parts above it that were never drawn
 * get their true height only now, so it looks again until nothing moves.
 */
export function center(scroller: HTMLElement, element: Element): void {
  let frames = 0
  const step = () => {
    const box = scroller.getBoundingClientRect()
    const rect = element.getBoundingClientRect()
    const before = scroller.scrollTop
    scroller.scrollTop += rect.top + rect.height / 2 - (box.top + box.height / 2)
    frames += 1
    const moved = Math.abs(scroller.scrollTop - before) > STILL_PX
    if ((moved || frames < 3) && frames < MOST_FRAMES) requestAnimationFrame(step)
    else showInWindow(element)
  }
  step()
}

/** On a phone the frame itself may lie below the screen. */
function showInWindow(element: Element): void {
  const { top, bottom } = element.getBoundingClientRect()
  if (top < 0 || bottom > window.innerHeight) element.scrollIntoView({ block: 'center' })
}
