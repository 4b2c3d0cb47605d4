/** Where the bytes of a GUID of Microsoft's go in its text: the first three fields are little-endian. */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

/** The text of an objectGUID, lower case. Undefined when it is not one. */
export function guidText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 16) return undefined
  const hex = Buffer.from(ORDER.map((at) => bytes[at] ?? 0)).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * The objectSid of a person's primary group, in hexadecimal digits: that of the person, with the number
 * of the group (primaryGroupID) for their own in its last four bytes. Undefined when it is not one.
 */
export function primarySid(own: Uint8Array, number: number): string | undefined {
  // Revision, count, authority of six bytes, and `count` numbers of four.
  const isSid = own.length >= 12 && own.length === 8 + 4 * (own[1] ?? 0)
  if (!isSid || !Number.isInteger(number) || number <= 0 || number > 0xffffffff) return undefined
  const sid = Buffer.from(own)
  sid.writeUInt32LE(number, sid.length - 4)
  return sid.toString('hex')
}

/** The bytes of an objectGUID. Undefined when the text is not one. */
export function guidBytes(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined
  const hex = Buffer.from(text.replaceAll('-', ''), 'hex')
  // The order is its own inverse.
  return Buffer.from(ORDER.map((at) => hex[at] ?? 0))
}
