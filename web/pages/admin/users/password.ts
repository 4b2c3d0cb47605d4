/** No letters or figures that look like each other on a printed slip. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const GROUPS = 4
const GROUP_LENGTH = 5

/** A password of 20 random letters in four groups: about 116 bits, and easy to read out. */
export function generatePassword(): string {
  const groups = Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, randomLetter).join(''),
  )
  return groups.join('-')
}

/** Every letter is as likely as any other: bytes past the last whole alphabet are thrown again. */
function randomLetter(): string {
  const fair = 256 - (256 % LETTERS.length)
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1))
  return byte < fair ? LETTERS.charAt(byte % LETTERS.length) : randomLetter()
}
