import sharp from 'sharp'
import type { Docs } from './corpus-docs.ts'
import { encode, type Item } from './corpus-plan.ts'

/** Files that go in as Debian made them: path below `/usr/share`, path in the corpus. */
const COPIES: readonly (readonly [from: string, to: string])[] = [
  ['doc/maint-guide/maint-guide.en.pdf', 'Manuals/New Maintainers Guide.pdf'],
  ['doc/debian/FAQ/debian-faq.en.pdf', 'Manuals/Questions and answers.pdf'],
  ['doc/debian-policy/fhs/fhs-3.0.pdf', 'Manuals/Filesystem Hierarchy Standard.pdf'],
  ['doc/apt-doc/guide.html/ch2.html', 'Notes/Package tools/ch2.html'],
  ['doc/apt-doc/guide.html/ch3.html', 'Notes/Package tools/ch3.html'],
  ['doc/apt-doc/guide.html/ch4.html', 'Notes/Package tools/ch4.html'],
  ['doc/debian-policy/perl-policy.html/ch-perl.html', 'Notes/Perl/ch-perl.html'],
  ['doc/debian-policy/perl-policy.html/ch-embed.html', 'Notes/Perl/ch-embed.html'],
  ['doc/debian/bug-reporting.txt', 'Rules/bug-reporting.txt'],
  ['doc/debian/bug-log-access.txt', 'Rules/bug-log-access.txt'],
  ['doc/debian/bug-maint-mailcontrol.txt', 'Rules/bug-maint-mailcontrol.txt'],
  ['doc/debian/mailing-lists.txt', 'Rules/mailing-lists.txt'],
  ['doc/debian/social-contract.txt', 'Rules/social-contract.txt'],
  ['doc/debian/constitution.txt', 'Rules/constitution.txt'],
  ['common-licenses/BSD', 'Rules/Licences/BSD.txt'],
  ['common-licenses/GPL-1', 'Rules/Licences/GPL-1.txt'],
  ['common-licenses/LGPL-2', 'Rules/Licences/LGPL-2.txt'],
  ['common-licenses/MPL-1.1', 'Rules/Licences/MPL-1.1.txt'],
  ['common-licenses/CC0-1.0', 'Rules/Licences/CC0-1.0.txt'],
  ['common-licenses/GFDL-1.2', 'Rules/Licences/GFDL-1.2.txt'],
  ['common-licenses/LGPL-3', 'Rules/Licences/LGPL-3.txt'],
]

/** Translations, each in an encoding that its language was long written in. */
const TRANSLATIONS: readonly (readonly [language: string, encoding: string])[] = [
  ['fr', 'iso-8859-1'],
  ['de', 'utf-16le'],
  ['pl', 'windows-1250'],
  ['ja', 'euc-jp'],
  ['es', 'utf-8'],
]

/** Debian's own files, as far as this machine has them. */
export async function nativeItems(docs: Docs): Promise<Item[]> {
  const items: Item[] = []
  for (const [from, path] of COPIES) {
    const bytes = await docs.read(from)
    if (!bytes) continue
    const places = path.endsWith('.txt')
      ? [{ file: path, locator: {}, text: bytes.toString() }]
      : []
    items.push({ path, places, bytes })
  }
  for (const [language, encoding] of TRANSLATIONS) {
    const bytes = await docs.read(`doc/apt-doc/guide.${language}.text`)
    const path = `Translations/APT ${language} (${encoding}).txt`
    if (bytes) items.push({ path, places: [], bytes: encode(bytes.toString(), encoding) })
  }
  return items
}

/** Pictures, as scans and cameras leave them. */
export async function pictures(): Promise<Item[]> {
  const drawing = (text: string, colour: string) =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"><rect width="900" height="600" fill="${colour}"/><circle cx="640" cy="330" r="180" fill="#fff" opacity="0.7"/><text x="60" y="120" font-size="54" font-family="sans-serif">${text}</text></svg>`,
      ),
    )
  return [
    {
      path: 'Pictures/harbour.png',
      places: [],
      bytes: await drawing('Harbour', '#9cf').png().toBuffer(),
    },
    {
      path: 'Pictures/lamp room.jpg',
      places: [],
      bytes: await drawing('Lamp room', '#fc9').jpeg().toBuffer(),
    },
    {
      path: 'Pictures/stairs.webp',
      places: [],
      bytes: await drawing('Stairs', '#cf9').webp().toBuffer(),
    },
  ]
}
