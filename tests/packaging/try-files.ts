// Makes what scripts/try-box.ts drops into a box that is tried: a file of every kind, what each is to
// be found by, and the tiny models that a box needs for it.
//   try-files.ts FOLDER      makes FOLDER/files, with expected.json in it, and FOLDER/models
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zipOf } from '../../scripts/corpus-pack.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { recording } from '../recording.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures')
const [folder = ''] = process.argv.slice(2)
const files = join(folder, 'files')

await mkdir(files, { recursive: true })
await writeFile(join(files, 'birds.txt'), 'The kingfisher waits above the water.\n')
await writeFile(join(files, 'talk.wav'), recording([['alpha', 3]]))
await writeFile(
  join(files, 'chest.zip'),
  zipOf([
    ['soundings/razorbill.txt', 'Five fathoms at the bar.\n'],
    ['list.txt', 'One sounding.\n'],
  ]),
)
for (const name of ['logbook.pdf', 'handbook.docx', 'handbook.doc', 'sign.heic']) {
  await copyFile(join(FIXTURES, name), join(files, name))
}
for (const kind of ['speech', 'embedding', 'image'] as const) {
  await makeTinyModel(kind, join(folder, 'models'))
}

// The second page of the PDF is a scan; of an archive the names are listed.
const expected = {
  'birds.txt': 'kingfisher',
  'logbook.pdf': 'warden inspected',
  'handbook.docx': 'gale cones',
  'handbook.doc': 'gale cones',
  'sign.heic': 'harbour closed',
  'talk.wav': 'alpha',
  'chest.zip': 'razorbill',
}
await writeFile(join(files, 'expected.json'), JSON.stringify(expected))
