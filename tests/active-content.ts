/** A file that would run something, if it were let. */
export interface ActiveFile {
  name: string
  content: string
}

/** Address that a script asks for when it runs: nobody else does. */
export const RAN = '/it-ran'

const run = (how: string) => `fetch('${RAN}?${how}');top.itRan='${how}';alert('${how}')`

/** What is put into text and markup, by the way in which it wants to run. */
const MARKUP: readonly ((how: string) => string)[] = [
  (how) => `<script>${run(how)}</script>`,
  (how) => `<img src=x onerror="${run(how)}">`,
  (how) => `<svg onload="${run(how)}"></svg>`,
  (how) => `<iframe srcdoc="<script>${run(how)}</script>"></iframe>`,
  (how) => `<a href="javascript:${run(how)}">click</a>`,
  (how) => `<details open ontoggle="${run(how)}">x</details>`,
  (how) => `<input autofocus onfocus="${run(how)}">`,
  (how) => `<meta http-equiv="refresh" content="0;url=javascript:${run(how)}">`,
  (how) => `<math><mtext></p><style><!--</style><img src onerror="${run(how)}">`,
  (how) => `<object data="data:text/html,<script>${run(how)}</script>"></object>`,
]

const pdf = (action: string) =>
  `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction ${action}>>endobj\n` +
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'

const xml = (inside: string) => `<?xml version="1.0"?>${inside}`

/** Kinds of files that carry it; each is named so that a browser or a person may take it for one. */
const CARRIERS: readonly ((
  markup: string,
  how: string,
) => Omit<ActiveFile, 'name'> & { as: string })[] = [
  (markup) => ({ as: 'html', content: `<!doctype html><title>x</title><p>harbour</p>${markup}` }),
  (_, how) => ({
    as: 'svg',
    content: `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${run(how)}"><script>${run(how)}</script></svg>`,
  }),
  (_, how) => ({
    as: 'pdf',
    content: pdf(`<</S/JavaScript/JS(${run(how).replace(/[()\\]/g, '\\$&')})>>`),
  }),
  (_, how) => ({
    as: 'xml',
    content: xml(
      `<x:html xmlns:x="http://www.w3.org/1999/xhtml"><x:script>${run(how)}</x:script></x:html>`,
    ),
  }),
  (markup) => ({ as: 'md', content: `# Harbour\n\n${markup}\n` }),
  (_, how) => ({
    as: 'xhtml',
    content: xml(`<html xmlns="http://www.w3.org/1999/xhtml"><script>${run(how)}</script></html>`),
  }),
  (markup) => ({ as: 'csv', content: `name,note\nharbour,"${markup.replaceAll('"', '""')}"\n` }),
  (markup) => ({
    as: 'eml',
    content: `From: a@b.example\nSubject: ${markup}\nContent-Type: text/html\n\n<p>harbour</p>${markup}\n`,
  }),
  (_, how) => ({ as: 'gif', content: `GIF89a/*harbour*/=1;${run(how)}//` }),
  (markup) => ({ as: 'txt', content: `harbour ${markup}` }),
]

/** A file of each kind, which wants to run something in every way that it can carry. */
export function activeKinds(): ActiveFile[] {
  return CARRIERS.map((carrier, at) => {
    const markup = MARKUP.map((way, nth) => way(`file-${at}-${nth}`)).join(' ')
    const { as, content } = carrier(markup, `file-${at}`)
    return { name: `active-${at}.${as}`, content }
  })
}

/** `count` files that would run something in a browser, each in a way of its own up to a hundred. */
export function activeFiles(count: number): ActiveFile[] {
  return Array.from({ length: count }, (_, at) => {
    const carrier = CARRIERS[at % CARRIERS.length]
    const markup = MARKUP[(at + Math.floor(at / CARRIERS.length)) % MARKUP.length]
    if (!carrier || !markup) throw new Error('nothing to carry')
    const how = `file-${at}`
    const { as, content } = carrier(markup(how), how)
    return { name: `active-${at}.${as}`, content }
  })
}
