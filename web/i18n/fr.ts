import access from './fr/access.json'
import account from './fr/account.json'
import activity from './fr/activity.json'
import admin from './fr/admin.json'
import archive from './fr/archive.json'
import audit from './fr/audit.json'
import compare from './fr/compare.json'
import directory from './fr/directory.json'
import file from './fr/file.json'
import level from './fr/level.json'
import library from './fr/library.json'
import mail from './fr/mail.json'
import models from './fr/models.json'
import near from './fr/near.json'
import read from './fr/read.json'
import rules from './fr/rules.json'
import search from './fr/search.json'
import shares from './fr/shares.json'
import shell from './fr/shell.json'
import spaces from './fr/spaces.json'
import traces from './fr/traces.json'
import uploads from './fr/uploads.json'

export const fr = {
  ...shell,
  access,
  search,
  file,
  archive,
  audit,
  compare,
  directory,
  account,
  library,
  uploads,
  activity,
  admin,
  level,
  mail,
  models,
  near,
  read,
  rules,
  shares,
  spaces,
  traces,
}
