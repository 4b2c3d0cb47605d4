import { parseOffice } from 'officeparser'

/** The words of a mail that is written in HTML only. */
export async function htmlText(html: string): Promise<string> {
  const tree = await parseOffice(Buffer.from(html), { fileType: 'html' })
  const { value } = await tree.to('text')
  return value
}
