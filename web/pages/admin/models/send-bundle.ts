import { ApiError, problemOf } from '../../../api.ts'
import type { ModelWork } from '../../../api-types.ts'

/**
 * Sends a file of models, telling how much of it is out. Not by `fetch`, which does not say.
 *
 * @throws ApiError as `answer` does
 */
export function sendBundle(file: File, onSent: (share: number) => void): Promise<ModelWork> {
  const { promise, resolve, reject } = Promise.withResolvers<ModelWork>()
  const request = new XMLHttpRequest()
  request.open('POST', `/api/v1/models/import?name=${encodeURIComponent(file.name)}`)
  request.setRequestHeader('content-type', 'application/octet-stream')
  request.responseType = 'json'
  request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0)
  request.onerror = () => reject(new ApiError({ status: 0, code: 'offline' }))
  request.onload = () => {
    if (request.status === 202) resolve(request.response as ModelWork)
    else reject(problemOf(request.response, new Response(null, { status: request.status })))
  }
  request.send(file)
  return promise
}
