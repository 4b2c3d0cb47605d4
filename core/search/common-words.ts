/**
 * Words so frequent that they tell texts apart in no collection, folded: the article, pronoun,
 * preposition and auxiliary of English, German, French, Spanish, Italian and Dutch. A fixed table on
 * purpose: statistics over everybody's files would tell one reader about another's.
 */
const COMMON = new Set(
  `a an and any are as at be been but by can could did do does for from had has have he her his how
  i if in into is its me my no not of on or our she should so than that the their them then there
  these they this those to was we were what when where which while who why will with would you your
  aber als am auch auf aus bei bin bis das dass dem den der des die doch ein eine einem einen einer
  eines er es fur hat hier ich ihr im ist ja kann mit nach nicht noch nur oder ohne sein seine sich
  sie sind so und uns unser unter vom von vor war warum was wenn wer wie wir wird wo zu zum zur
  au aux avec ce ces cette comme dans de du elle en est et il ils je la le les leur lui mais ne nous
  ou par pas pour qu que qui sa se ses son sont sur un une vous
  al como con cual del donde el ella ellos entre esta este hay las lo los mas muy o para pero por
  porque sin sobre su sus una uno y ya
  ai alla anche che chi ci col come con da dal dalla degli dei del della delle di e gli ha ho i nel
  nella non per piu quale quando quello questo si sono sul sulla tra
  aan bij dan dat de deze die dit door een er hebben heeft het hij hoe ik is je kan maar meer met
  naar niet nog of om onder ook op over te tot uit van voor waar wat we wel werd wie worden zijn`
    .split(/\s+/)
    .filter(Boolean),
)

/** Whether a folded word tells nothing about what a text is about. */
export const isCommon = (folded: string): boolean => COMMON.has(folded)
