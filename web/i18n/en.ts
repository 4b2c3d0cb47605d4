import account from './en/account.json'
import activity from './en/activity.json'
import admin from './en/admin.json'
import file from './en/file.json'
import library from './en/library.json'
import rules from './en/rules.json'
import search from './en/search.json'
import shell from './en/shell.json'
import traces from './en/traces.json'
import uploads from './en/uploads.json'

export const en = {
  ...shell,
  search,
  file,
  account,
  library,
  uploads,
  activity,
  admin,
  rules,
  traces,
}
