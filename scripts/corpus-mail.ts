/** A mail with attachments, as programs write it (RFC 5322, RFC 2045). */
export interface Letter {
  from: string
  to: string
  subject: string
  date: string
  text: string
  attachments: { name: string; mediaType: string; bytes: Uint8Array }[]
}

const BOUNDARY = '----=_corpus'

/** The letter as bytes of a `.eml` file. Equal letters give equal bytes. */
export function mailOf({ from, to, subject, date, text, attachments }: Letter): Buffer {
  const parts = [
    [
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      base64(Buffer.from(text)),
    ],
    ...attachments.map(({ name, mediaType, bytes }) => [
      `Content-Type: ${mediaType}`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
      '',
      base64(bytes),
    ]),
  ]
  const head = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Date: ${date}`,
    `Message-ID: <${Buffer.from(subject).toString('hex').slice(0, 24)}@harbour.example>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${BOUNDARY}"`,
  ]
  const body = parts.map((part) => `--${BOUNDARY}\r\n${part.join('\r\n')}`).join('\r\n')
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}\r\n--${BOUNDARY}--\r\n`)
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n')
