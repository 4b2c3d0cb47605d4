// Runs before the first paint, so that a dark page never flashes white. A file, not an inline
// script: the content security policy allows no inline script.
;(() => {
  let wanted = 'auto'
  try {
    wanted = localStorage.getItem('onefold.theme') || 'auto'
    document.documentElement.dataset.density = localStorage.getItem('onefold.density') || 'normal'
  } catch {
    // Storage may be switched off; the system's scheme is a fair answer.
  }
  const dark =
    wanted === 'dark' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
})()
