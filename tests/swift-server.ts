import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from './flows/running-box.ts'
import { freePorts } from './free-ports.ts'

/** A real store that speaks S3: Debian's Swift, on ports and a folder of its own. */
export interface SwiftServer {
  port: number
  accessKey: string
  secretKey: string
  stop(): Promise<void>
}

/** Five programs in Python, on a machine that may be busy. */
const START_MS = 120_000

const PARTS = ['account', 'container', 'object'] as const
type Part = (typeof PARTS)[number]

const run = promisify(execFile)

/** Whether all of it is installed. */
export const hasSwift: boolean = [
  ['swift-proxy-server', '--help'],
  ['swift-account-server', '--help'],
  ['swift-container-server', '--help'],
  ['swift-object-server', '--help'],
  ['memcached', '--version'],
].every(([program = '', ask = '']) => spawnSync(program, [ask], { stdio: 'ignore' }).status === 0)

/**
 * Starts it: four servers and a memcached, one replica, which takes some seconds. A port that was free
 * may be taken before it is listened on; then it is tried again with others.
 */
export async function swiftServer(tries = 3): Promise<SwiftServer> {
  try {
    return await startAll()
  } catch (cause) {
    if (tries <= 1) throw cause
    return swiftServer(tries - 1)
  }
}

async function startAll(): Promise<SwiftServer> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-swift-'))
  const [proxy = 0, cache = 0, account = 0, container = 0, object = 0] = await freePorts(5)
  const ports: Record<Part, number> = { account, container, object }
  const log = join(folder, 'log')
  await mkdir(join(folder, 'disks', 'one'), { recursive: true })
  await writeFile(join(folder, 'swift.conf'), swiftConf)
  // Debian's Python, which knows its packages, whatever else is in the path.
  await run('/usr/bin/python3', ['-c', RINGS, folder, ...PARTS.map((part) => String(ports[part]))])
  await Promise.all([
    ...PARTS.map((part) => writeFile(join(folder, `${part}.conf`), partConf(folder, part, ports))),
    writeFile(join(folder, 'proxy.conf'), proxyConf(folder, proxy, cache)),
  ])
  const children = [
    start('memcached', ['-l', '127.0.0.1', '-p', String(cache), '-u', userInfo().username], log),
    ...PARTS.map((part) => start(`swift-${part}-server`, [join(folder, `${part}.conf`)], log)),
  ]
  const stop = async () => {
    await Promise.all(children.map(end))
    await rm(folder, { recursive: true, force: true })
  }
  const answering = (port: number) =>
    eventually(() => {
      if (children.some(isOver)) throw new Error('one of its programs ended')
      return isAnswering(port)
    }, START_MS)
  try {
    // The proxy last: it leaves alone for a minute whom it did not reach at first.
    await Promise.all(PARTS.map((part) => answering(ports[part])))
    children.push(start('swift-proxy-server', [join(folder, 'proxy.conf')], log))
    await answering(proxy)
  } catch (cause) {
    const told = await readFile(log, 'utf8').catch(() => '')
    await stop()
    throw new Error(`Swift did not start:\n${told.slice(-2_000)}`, { cause })
  }
  return { port: proxy, accessKey: 'test:tester', secretKey: 'testing', stop }
}

/** Not yet, when nobody listens: what comes of it the deadline says. */
const isAnswering = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthcheck`).then(
    () => true,
    () => false,
  )

function start(program: string, args: string[], log: string): ChildProcess {
  // Through a shell only for the log; it replaces itself, so that what is ended is the program.
  const child = spawn('/bin/sh', ['-c', 'exec "$0" "$@" >>"$LOG" 2>&1', program, ...args], {
    stdio: 'ignore',
    env: { ...process.env, LOG: log },
  })
  return child
}

const isOver = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function end(child: ChildProcess): Promise<void> {
  if (isOver(child)) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** What `swift-ring-builder` does in nine calls, which take longer than all the rest. */
const RINGS = `
import sys
from swift.common.ring import RingBuilder
folder, *ports = sys.argv[1:]
for part, port in zip(('account', 'container', 'object'), ports):
    ring = RingBuilder(4, 1, 1)
    ring.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'one',
                  'replication_ip': '127.0.0.1', 'replication_port': int(port), 'weight': 1})
    ring.rebalance(seed=1)
    ring.get_ring().save(folder + '/' + part + '.ring.gz')
`

const swiftConf = `[swift-hash]
swift_hash_path_prefix = onefold
swift_hash_path_suffix = test
`

const partConf = (folder: string, part: Part, ports: Record<Part, number>) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${ports[part]}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
devices = ${join(folder, 'disks')}
mount_check = false
log_level = ERROR
[pipeline:main]
pipeline = ${part}-server
[app:${part}-server]
use = egg:swift#${part}
`

const proxyConf = (folder: string, port: number, cache: number) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
min_segment_size = 1048576
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cache}
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
min_segment_size = 1
[filter:dlo]
use = egg:swift#dlo
`
