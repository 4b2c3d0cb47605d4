import { parseOffice } from 'officeparser'

/** The words of a mail that is written in HTML only. */
export async function htmlText(html: string): Promise<string> {
  // Pictures would come back as words about pictures.
  const words = html.replace(/<img\b[^>]*>/gi, '')
  const tree = await parseOffice(Buffer.from(words), { fileType: 'html' })
  const { value } = await tree.to('text')
  return value
}
