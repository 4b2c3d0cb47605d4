import { vectorIndexContract } from '../../tests/contracts/vector-index.ts'
import { memoryVectorIndex } from './vector-index.ts'

vectorIndexContract('memory', async () => memoryVectorIndex())
