import { UploadError } from './answers.ts'
import type { RawAnswer, Transfer } from './wire.ts'

/** PUTs a file, or a part of one, with progress events. */
export function sendBody(url: string, transfer: Transfer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    const stop = () => call.abort()
    const done = () => transfer.signal.removeEventListener('abort', stop)
    call.upload.addEventListener('progress', (event) => transfer.onSent(event.loaded))
    call.addEventListener('load', () => {
      done()
      resolve({
        status: call.status,
        text: call.responseText,
        retryAfter: call.getResponseHeader('retry-after'),
      })
    })
    call.addEventListener('error', () => {
      done()
      reject(new UploadError('', { status: 0, code: 'network' }))
    })
    call.addEventListener('abort', () => {
      done()
      reject(new DOMException('Stopped.', 'AbortError'))
    })
    if (transfer.signal.aborted) return reject(new DOMException('Stopped.', 'AbortError'))
    transfer.signal.addEventListener('abort', stop)
    call.open('PUT', url)
    call.setRequestHeader('content-type', 'application/octet-stream')
    for (const [name, value] of Object.entries(transfer.headers ?? {})) {
      call.setRequestHeader(name, value)
    }
    call.send(transfer.file)
  })
}
