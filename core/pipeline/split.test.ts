import { describe, expect, it } from 'vitest'
import { splitParts } from './split.ts'

const sentence = (n: number) => `Sentence number ${n} says that the lamp was lit in time.`
const prose = (count: number) => Array.from({ length: count }, (_, n) => sentence(n)).join(' ')

describe('splitting parts into chunks', () => {
  it('keeps a short page as one chunk with its page', () => {
    const chunks = splitParts([{ text: 'Lamp lit at five.', locator: { page: 3 } }])
    expect(chunks).toEqual([{ ordinal: 0, text: 'Lamp lit at five.', locator: { page: 3 } }])
  })

  it('numbers chunks through the file and never crosses a page, slide or sheet', () => {
    const chunks = splitParts([
      { text: prose(40), locator: { page: 1 } },
      { text: 'Two.', locator: { page: 2 } },
      { text: 'Three.', locator: { slide: 3 } },
      { text: 'Four.', locator: { sheet: 'Oil', cells: 'A1:B2' } },
    ])
    expect(chunks.map((chunk) => chunk.ordinal)).toEqual([...chunks.keys()])
    expect(chunks.slice(-3).map((chunk) => chunk.text)).toEqual(['Two.', 'Three.', 'Four.'])
    expect(chunks.slice(0, -3).every((chunk) => chunk.locator.page === 1)).toBe(true)
  })

  it('loses no sentence, and no chunk is longer than 1400 characters', () => {
    const chunks = splitParts([{ text: prose(200), locator: {} }])
    for (let n = 0; n < 200; n++) {
      expect(chunks.some((chunk) => chunk.text.includes(sentence(n)))).toBe(true)
    }
    expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(1400)
    expect(chunks.length).toBeLessThan(18)
  })

  it('shares some text between neighbours, starting at a word', () => {
    const [first, second] = splitParts([{ text: prose(40), locator: {} }])
    const shared = second?.text.slice(0, 40) ?? ''
    expect(first?.text).toContain(shared)
    expect(shared).toMatch(/^(Sentence|\w+ )/)
  })

  it('cuts at the paragraph when one ends near the wished size', () => {
    const text = `${prose(18)}\n\n${prose(18)}`
    expect(splitParts([{ text, locator: {} }])[0]?.text).toBe(prose(18))
  })

  it('reads a sentence across the line ends of a narrow page as one', () => {
    const wrapped = prose(60).replace(/(.{60}\S*) /g, '$1\n')
    const whole = splitParts([{ text: wrapped, locator: {} }]).map((chunk) =>
      chunk.text.replaceAll('\n', ' '),
    )
    for (const text of whole.slice(0, -1)) expect(text).toMatch(/\.$/)
  })

  it('breaks a run without any space, and never a surrogate pair', () => {
    const chunks = splitParts([{ text: '🗼'.repeat(2000), locator: {} }])
    expect(chunks.length).toBeGreaterThan(2)
    for (const chunk of chunks) expect(chunk.text.isWellFormed()).toBe(true)
  })

  it('tells the line on which a chunk of plain text starts', () => {
    const lines = Array.from({ length: 100 }, (_, n) => `line ${n + 1} ${'x'.repeat(40)}`)
    const chunks = splitParts([{ text: lines.join('\n'), locator: { line: 1 } }])
    expect(chunks.length).toBeGreaterThan(3)
    for (const chunk of chunks) {
      const shown = Number(/^line (\d+)/.exec(chunk.text)?.[1])
      if (!Number.isNaN(shown)) expect(chunk.locator.line).toBe(shown)
    }
  })

  it('joins sections that say too little to the next one, under the heading of that', () => {
    const chunks = splitParts([
      { text: 'Part one', locator: { heading: 'Part one' } },
      { text: `Oil\n\n${prose(5)}`, locator: { heading: 'Oil' } },
      { text: `Rope\n\n${prose(5)}`, locator: { heading: 'Rope' } },
    ])
    expect(chunks.map((chunk) => chunk.locator.heading)).toEqual(['Oil', 'Rope'])
  })

  it('joins what is said in a row, and not across a long pause', () => {
    const said = (text: string, startMs: number) => ({
      text,
      locator: { startMs, endMs: startMs + 2000 },
    })
    const chunks = splitParts([said('The lamp', 0), said('is lit.', 2500), said('Dawn.', 90_000)])
    expect(chunks.map(({ text, locator }) => [text, locator.startMs, locator.endMs])).toEqual([
      ['The lamp is lit.', 0, 4500],
      ['Dawn.', 90_000, 92_000],
    ])
  })

  it('cuts half a megabyte of prose in under a second', () => {
    const started = performance.now()
    splitParts([{ text: prose(9000), locator: {} }])
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
