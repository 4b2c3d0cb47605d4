import access from './en/access.json'
import account from './en/account.json'
import activity from './en/activity.json'
import admin from './en/admin.json'
import archive from './en/archive.json'
import audit from './en/audit.json'
import compare from './en/compare.json'
import directory from './en/directory.json'
import file from './en/file.json'
import level from './en/level.json'
import library from './en/library.json'
import mail from './en/mail.json'
import models from './en/models.json'
import near from './en/near.json'
import read from './en/read.json'
import rules from './en/rules.json'
import search from './en/search.json'
import shares from './en/shares.json'
import shell from './en/shell.json'
import spaces from './en/spaces.json'
import traces from './en/traces.json'
import uploads from './en/uploads.json'

export const en = {
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
