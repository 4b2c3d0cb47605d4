import access from './de/access.json'
import account from './de/account.json'
import activity from './de/activity.json'
import admin from './de/admin.json'
import archive from './de/archive.json'
import audit from './de/audit.json'
import compare from './de/compare.json'
import directory from './de/directory.json'
import file from './de/file.json'
import level from './de/level.json'
import library from './de/library.json'
import mail from './de/mail.json'
import models from './de/models.json'
import near from './de/near.json'
import read from './de/read.json'
import rules from './de/rules.json'
import search from './de/search.json'
import shares from './de/shares.json'
import shell from './de/shell.json'
import spaces from './de/spaces.json'
import traces from './de/traces.json'
import uploads from './de/uploads.json'

export const de = {
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
