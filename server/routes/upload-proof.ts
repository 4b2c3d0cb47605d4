import { DEFAULT_PROBER_LIMITS } from '../../core/limit/prober.ts'
import { DEFAULT_PROOF_LIMITS, proveUpload } from '../../core/possession/prove-upload.ts'
import { accessOf, askerOf, router } from '../context.ts'
import { proveUploadRoute } from '../contract/upload-proof.ts'
import type { Door } from '../door.ts'

/** A file that need not be sent, in organizations that allow it. */
export const uploadProof = ({ ports, options, turns, verifier }: Door) =>
  router().openapi(proveUploadRoute, async (c) => {
    const { doc_id, cid, proof } = c.req.valid('json')
    const access = await accessOf(c)
    const { credentialId } = askerOf(c)
    const limits = { ...DEFAULT_PROOF_LIMITS, ...(options.upload.unsent ?? DEFAULT_PROBER_LIMITS) }
    const answer = { uploadId: doc_id, challengeId: cid, proof: Buffer.from(proof, 'hex') }
    const upload = await turns.inOrder(doc_id, () =>
      proveUpload(ports, access, answer, { verifier, credentialId, limits }),
    )
    // However many calls an upload takes, they are one trace.
    c.set('traceId', upload.traceId)
    return c.json(
      {
        doc_id: upload.id,
        status: upload.status,
        s3_url_expires_at: upload.urlExpiresAt ?? null,
        document_id: upload.documentId ?? null,
        version_id: upload.versionId ?? null,
        job_id: upload.jobId ?? null,
        trace_id: upload.traceId,
      },
      200,
    )
  })
