/** The small upload tray in the corner, shown while uploads run and the reader is elsewhere. */
export function CornerTray() {
  return null
}
