import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate and its key, as files. */
export interface Certificate {
  certificate: string
  key: string
}

/** An authority of a test's own, and what it issues. */
export function certificateAuthority(folder: string, name = 'authority') {
  const own = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  openssl(
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=${name} -keyout ${own.key} -out ${own.certificate}`,
  )
  return {
    pem: readFileSync(own.certificate, 'utf8'),
    file: own.certificate,
    issue(host: string, { isExpired = false } = {}): Certificate {
      const stem = join(folder, `${name}-${host}-${isExpired ? 'over' : 'good'}`)
      const issued = { certificate: `${stem}.pem`, key: `${stem}.key` }
      const kind = /^[\d.]+$/.test(host) ? 'IP' : 'DNS'
      writeFileSync(`${stem}.ext`, `subjectAltName=${kind}:${host}\n`)
      openssl(
        `req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=${host} -keyout ${issued.key} -out ${stem}.csr`,
      )
      const signed = `-req -in ${stem}.csr -CA ${own.certificate} -CAkey ${own.key} -CAcreateserial -extfile ${stem}.ext -out ${issued.certificate}`
      openssl(`x509 ${signed} -days ${isExpired ? -1 : 30}`)
      return issued
    },
  }
}

const openssl = (command: string) =>
  execFileSync('openssl', command.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] })
