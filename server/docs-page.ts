import { html, raw } from 'hono/html'
import type { openapiDocument } from './openapi.ts'

type Document = ReturnType<typeof openapiDocument>

interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  items?: Schema
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  description?: string
  example?: unknown
}

interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  security?: unknown[]
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
}

interface Entry {
  method: string
  path: string
  operation: Operation
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/**
 * The document as one page for people: no script, nothing from elsewhere; the search is a form that
 * asks this server.
 */
export function docsPage(document: Document, search: string) {
  const all = entriesOf(document)
  const found = all.filter((entry) => textOf(entry).includes(search.trim().toLowerCase()))
  const tags = [...new Set(all.map(({ operation }) => operation.tags?.[0] ?? ''))]
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Onefold API</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${document.info.title} API <small>${document.info.version}</small></h1>
          <p>${words(document.info.description)}</p>
          <p>
            Sign in once, or make a token: <code>POST /api/v1/tokens</code>. Then send it with every
            call. The same as a machine reads it: <a href="openapi.json">openapi.json</a>.
          </p>
          <form>
            <label>Search <input type="search" name="q" value="${search}" /></label>
            <button>Find</button> ${found.length} of ${all.length}
          </form>
          ${tags.map((tag) => section(document, tag, found, search !== ''))}
        </main>
      </body>
    </html>`
}

function entriesOf(document: Document): Entry[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      method: method.toUpperCase(),
      path,
      operation: (item as unknown as Record<string, Operation>)[method] as Operation,
    })),
  )
}

const textOf = ({ method, path, operation }: Entry): string =>
  [method, path, operation.summary, operation.description, operation.tags?.join(' ')]
    .join(' ')
    .toLowerCase()

function section(document: Document, tag: string, found: Entry[], isOpen: boolean) {
  const entries = found.filter(({ operation }) => operation.tags?.[0] === tag)
  if (entries.length === 0) return ''
  return html`<h2>${tag}</h2>
    ${entries.map((entry) => article(document, entry, isOpen))}`
}

function article(document: Document, { method, path, operation }: Entry, isOpen: boolean) {
  const body = Object.entries(operation.requestBody?.content ?? {})[0]
  const rows = [
    ...(operation.parameters ?? []).map((each) =>
      row(each.name, `${each.in}${each.required ? '' : ', optional'}`, each.schema),
    ),
    ...fieldsOf(document, body?.[1].schema).map(([name, schema, isRequired]) =>
      row(name, isRequired ? 'body' : 'body, optional', schema),
    ),
  ]
  const answers = Object.entries(operation.responses).filter(([status]) => status !== 'default')
  return html`<details id="${operation.operationId}" ${isOpen ? 'open' : ''}>
    <summary><b class="${method}">${method}</b> <code>${path}</code> ${operation.summary}</summary>
    <p>${words(operation.description)}</p>
    ${rows.length > 0 ? html`<table>${rows}</table>` : ''}
    <pre>${curlOf({ method, path, operation }, body)}</pre>
    ${answers.map(
      ([status, { description, content }]) =>
        html`<p><b>${status}</b> ${words(description)}</p>
          ${answerOf(document, content)}`,
    )}
  </details>`
}

const row = (name: string, place: string, schema: Schema) =>
  html`<tr>
    <th><code>${name}</code></th>
    <td>${place}</td>
    <td>${typeOf(schema)}</td>
    <td>${words(schema.description)}</td>
  </tr>`

function answerOf(document: Document, content: Record<string, { schema: Schema }> | undefined) {
  const fields = fieldsOf(document, content?.['application/json']?.schema)
  if (fields.length === 0) return ''
  return html`<table>
    ${fields.map(([name, schema]) => row(name, '', schema))}
  </table>`
}

function fieldsOf(document: Document, schema: Schema | undefined): [string, Schema, boolean][] {
  const { properties = {}, required = [] } = resolve(document, schema)
  return Object.entries(properties).map(([name, field]) => [name, field, required.includes(name)])
}

function resolve(document: Document, schema: Schema | undefined): Schema {
  const name = schema?.$ref?.split('/').at(-1)
  const named = name === undefined ? undefined : document.components?.schemas?.[name]
  return (named as Schema | undefined) ?? schema ?? {}
}

function typeOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? ''
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.items) return `${typeOf(schema.items)}[]`
  return [schema.type ?? 'object'].flat().join(' | ')
}

function curlOf(
  { method, path, operation }: Entry,
  body: [string, { schema: Schema }] | undefined,
): string {
  const lines = [`curl -X ${method} "$ONEFOLD${path.replaceAll(/\{(\w+)\}/g, '$$$1')}"`]
  if (operation.security?.length !== 0) lines.push('  -H "Authorization: Bearer $TOKEN"')
  if (body?.[0] === 'application/json') {
    lines.push(`  -H 'Content-Type: application/json'`, `  -d '{…}'`)
  } else if (body?.[0] === 'multipart/form-data') lines.push('  -F chapter_id=… -F file=@plan.pdf')
  else if (body) lines.push('  -T plan.pdf')
  return lines.join(' \\\n')
}

/** A text whose back-ticks stand around code. */
const words = (text = '') =>
  text.split('`').map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : piece))

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 } main { max-width: 60rem; margin: auto; padding: 1rem }
details { border-top: 1px solid #8886; padding: .4rem 0 } summary { cursor: pointer }
summary b { display: inline-block; min-width: 4.5rem } .DELETE { color: #c22 } .POST, .PUT, .PATCH { color: #07a }
pre { background: #8882; padding: .6rem; overflow-x: auto } code { font-size: .95em }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { text-align: left; padding: .1rem .8rem .1rem 0; vertical-align: top; font-weight: normal }
input { font: inherit; width: 20rem; max-width: 60vw }
`
