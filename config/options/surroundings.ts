import {
  choice,
  integer,
  type OptionTree,
  optionalPath,
  optionalText,
  secret,
  text,
  url,
} from '../option.ts'

/** Further stores that every content is copied to. */
export const PROVIDERS = {
  provider: {
    lanes: integer({
      default: 2,
      min: 1,
      max: 16,
      doc: 'Contents that are copied to one further store at the same time.',
    }),
    recheckDays: integer({
      default: 30,
      max: 3_650,
      unit: 'days',
      doc: 'How long after a copy in a further store was read back it is read back again; 0 for never.',
    }),
    folder: {
      path: optionalPath({
        doc: 'Folder to which every content is copied, on another disk or a mount. It must be there: a disk that is not mounted is not written beside.',
      }),
      name: text({
        default: 'folder',
        doc: 'What people see of that store. Another name is another store, to which everything is copied again.',
      }),
    },
    s3: {
      bucket: optionalText({
        doc: 'Bucket to which every content is copied, in a store that speaks S3. It must be there.',
      }),
      name: text({
        default: 's3',
        doc: 'What people see of that bucket. Another name is another store, to which everything is copied again.',
      }),
      endpoint: url(['http:', 'https:'], {
        doc: 'Address of the store; without it, AWS.',
      }),
      region: text({ default: 'us-east-1', doc: 'Region of the bucket.' }),
      accessKey: secret({ doc: 'Name of the key to the bucket.' }),
      secretKey: secret({ doc: 'The key to the bucket.' }),
      pathStyle: choice(['auto', 'on', 'off'], {
        default: 'auto',
        doc: 'Whether the bucket stands in the path of addresses, not in the host name. `auto`: yes, unless it is AWS.',
      }),
      direct: choice(['off', 'on'], {
        default: 'off',
        doc: 'Whether people send the bytes of uploads to the bucket, from where they are fetched and verified. The bucket must allow the page to `PUT` (CORS).',
      }),
    },
  },
} as const satisfies OptionTree

/** Services beside the box. */
export const SERVICES = {
  keydb: {
    url: url(
      ['redis:', 'rediss:'],
      {
        doc: 'Valkey, Redis or KeyDB that the processes share: counters of the limits, and the record of contents. Without one each process counts for itself. Nothing is lost with it.',
      },
      'secret',
    ),
  },
} as const satisfies OptionTree
