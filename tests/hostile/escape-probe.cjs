// C6: a parser that tries to get out, and tells what it could do. Run in place of the parser, by
// itself or behind the same walls; the last argument is JSON: what to look for outside.
const fs = require('node:fs')
const net = require('node:net')
const dgram = require('node:dgram')
const { execFileSync, spawnSync } = require('node:child_process')

const { target = {}, only } = JSON.parse(process.argv.at(-1))
const TMP = process.env.TMPDIR ?? '/tmp'
const found = {}

/** Runs one attempt: what it returns got through, unless it is undefined. */
async function attempt(name, act) {
  if (only && !only.includes(name)) return
  try {
    const result = await act()
    found[name] = result === undefined ? 'blocked' : `OPEN: ${result}`
  } catch (error) {
    found[name] = 'blocked'
    if (error instanceof ReferenceError || error instanceof SyntaxError) found[name] = `${error}`
  }
}

const program = (name, ...args) => {
  const { status, stdout } = spawnSync(name, args, { encoding: 'utf8', timeout: 5000 })
  return status === 0 ? stdout.trim() || 'it ran' : undefined
}

const connect = (to) =>
  new Promise((resolve, reject) => {
    const socket = net.connect(to)
    socket.setTimeout(2000, () => reject(new Error('timeout')))
    socket.once('connect', () => resolve('connected')).once('error', reject)
  })

const sendDatagram = () =>
  new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4')
    socket.once('error', reject)
    socket.send('x', 53, '192.0.2.1', (error) =>
      error ? reject(new Error('not sent')) : resolve('sent'),
    )
  })

const write = (path) => {
  fs.writeFileSync(path, 'x')
  return 'written'
}

// Calls of the kernel that a filter of system calls refuses, by their numbers, with values that the
// kernel itself has nothing against, or refuses otherwise: no EPERM and no ENOSYS. A `b` before a number
// is a buffer of so many bytes.
const CALLS = {
  unshare: [{ x64: 272, arm64: 97 }, 0x10000000],
  setns: [{ x64: 308, arm64: 268 }, -1, 0],
  clone3: [{ x64: 435, arm64: 435 }, 'b8', 8],
  ptrace: [{ x64: 101, arm64: 117 }, 0, 0, 0, 0],
  process_vm_readv: [{ x64: 310, arm64: 270 }, process.pid, 0, 0, 0, 0, 0],
  keyctl: [{ x64: 250, arm64: 219 }, 0, -3, 1],
  add_key: [{ x64: 248, arm64: 217 }, 0, 0, 0, 0, -2],
  bpf: [{ x64: 321, arm64: 280 }, 0, 0, 4096 * 16],
  perf_event_open: [{ x64: 298, arm64: 241 }, 0, 0, -1, -1, 0],
  userfaultfd: [{ x64: 323, arm64: 282 }, 1],
  io_uring_setup: [{ x64: 425, arm64: 425 }, 1, 'b120'],
  name_to_handle_at: [{ x64: 303, arm64: 264 }, -1, 0, 'b8', 'b4', 0],
  open_tree: [{ x64: 428, arm64: 428 }, -1, 0, 0],
  personality: [{ x64: 135, arm64: 92 }, 0x0040000],
  'socket to the kernel': [{ x64: 41, arm64: 198 }, 16, 3, 0],
  'one of another architecture': [{ x64: 0x40000000 + 39 }],
  'one that is newer than this': [{ x64: 457, arm64: 457 }, 0, 0, 0, 0],
}

const ASK = `my ($number, @values) = @ARGV;
  @values = map { /^b(.*)/ ? "\\0" x $1 : 0 + $_ } @values;
  print syscall($number, @values) < 0 ? $! + 0 : 'done'`

const REFUSALS = ['1', '38', '97'] // EPERM, ENOSYS, EAFNOSUPPORT

function call(number, values) {
  if (number === undefined) return undefined
  const asked = spawnSync('perl', ['-e', ASK, number, ...values].map(String), { encoding: 'utf8' })
  // A unit ends who calls by the numbers of another architecture.
  if (asked.signal === 'SIGSYS') return undefined
  if (asked.status !== 0) return `nobody to ask with: ${asked.error ?? asked.stderr}`
  return REFUSALS.includes(asked.stdout) ? undefined : `answered ${asked.stdout}`
}

const others = () => {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const ours = new Set([process.pid, process.ppid, 1].map(String))
  const seen = pids.filter((pid) => {
    if (ours.has(pid)) return false
    // What started this one, inside the same walls, may be seen.
    return !fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker/serve/main')
  })
  return seen.length > 0 ? `${seen.length} of others` : undefined
}

async function main() {
  await attempt('connect to this machine', () => connect({ host: '127.0.0.1', port: target.port }))
  await attempt('connect to elsewhere', () => connect({ host: '192.0.2.1', port: 80 }))
  await attempt('send a datagram', sendDatagram)
  await attempt('connect to a unix socket', () => connect({ path: target.socket }))
  await attempt('network devices', () => {
    const all = Object.keys(require('node:os').networkInterfaces())
    return all.some((name) => name !== 'lo') ? all.join() : undefined
  })
  await attempt('read /etc/passwd', () => fs.readFileSync('/etc/passwd').length)
  await attempt('read /etc/shadow', () => fs.readFileSync('/etc/shadow').length)
  await attempt('list /root', () => fs.readdirSync('/root').length)
  await attempt('list /home', () => fs.readdirSync('/home').length)
  await attempt('list /var', () => {
    // Where the models lie may be seen, and nothing beside them.
    const models = fs.readdirSync('/var/lib').includes('onefold') ? ['onefold', 'models'] : []
    const seen = [
      ...fs.readdirSync('/var/lib'),
      ...(models[0] ? fs.readdirSync('/var/lib/onefold') : []),
    ]
    return seen.filter((name) => !models.includes(name)).length || undefined
  })
  await attempt('read the data folder', () => fs.readdirSync(target.dataDir).join())
  await attempt('read the repository', () => fs.readdirSync(target.repository).join())
  await attempt('write to the code', () => write(`${target.code}/x.ts`))
  await attempt('write to /usr', () => write('/usr/x'))
  await attempt('write to /', () => write('/x'))
  await attempt('write to /dev', () => write('/dev/x'))
  await attempt('write to /dev/shm', () => write('/dev/shm/x'))
  await attempt('change a setting of the kernel', () => write('/proc/sys/kernel/domainname'))
  await attempt('change the mode of the file', () => {
    fs.fchmodSync(0, 0o777)
    return 'changed'
  })
  await attempt('open the file for writing', () => fs.openSync('/proc/self/fd/0', 'r+'))
  await attempt('change the times of the file', () => {
    fs.futimesSync(0, 1, 1)
    return 'changed'
  })
  await attempt('see other processes', others)
  await attempt('signal a process outside', () => {
    process.kill(target.pid, 0)
    // Within namespaces of its own the number is nobody, or one of ours.
    return fs.readFileSync(`/proc/${target.pid}/cmdline`, 'utf8').includes(target.mark)
      ? 'seen'
      : undefined
  })
  await attempt('environment of the one before', () => {
    const text = fs.readFileSync('/proc/1/environ', 'utf8')
    return text.includes(target.mark) ? 'secret read' : undefined
  })
  await attempt('environment', () => {
    const known = /^(PATH|LANG|HOME|TMPDIR|PWD|SHLVL|_)$/
    const strange = Object.keys(process.env).filter((name) => !known.test(name))
    return strange.join() || undefined
  })
  await attempt('user namespace', () => program('unshare', '-Ur', 'id', '-u'))
  await attempt('mount', () => program('mount', '-t', 'tmpfs', 'none', TMP))
  await attempt('device node', () => program('mknod', `${TMP}/disk`, 'b', '7', '0'))
  await attempt('another user', () => {
    process.setuid(1)
    return 'changed'
  })
  await attempt('capabilities', () => {
    const all = /CapEff:\t0*([0-9a-f]+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1]
    return all === '0' ? undefined : all
  })
  await attempt('new privileges', () => {
    const is = /NoNewPrivs:\t1/.test(fs.readFileSync('/proc/self/status', 'utf8'))
    return is ? undefined : 'allowed'
  })
  for (const [name, [numbers, ...values]] of Object.entries(CALLS)) {
    await attempt(`call ${name}`, () => call(numbers[process.arch], values))
  }
  await attempt('read the disk', () => fs.openSync(target.disk ?? '/dev/vda', 'r'))
  await attempt('trace a process', () => program('strace', '-p', String(process.ppid)))
  await attempt('fill the disk', () => {
    const file = fs.openSync(`${TMP}/fill`, 'w')
    const piece = Buffer.alloc(16 * 1024 * 1024)
    for (let written = 0; written < target.fillBytes; written += piece.length) {
      fs.writeSync(file, piece)
    }
    return `${target.fillBytes} bytes`
  })
  // Said, not judged: programs are needed, and they are behind the same walls.
  found.shell = `allowed inside: ${execFileSync('/bin/sh', ['-c', 'id -u']).toString().trim()}`
}

void main().then(() => {
  fs.writeSync(1, JSON.stringify(found))
  fs.writeSync(3, '{"done":true}\n')
  process.exit(0)
})
