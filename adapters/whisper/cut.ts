/** Samples a second of everything here. */
const RATE = 16_000
/** The ear's own step: loudness is measured over twenty milliseconds. */
const FRAME = 320
const frames = (seconds: number): number => Math.round((seconds * RATE) / FRAME)

/** A speech model hears thirty seconds at once and drops what is beyond. */
const LONGEST = frames(30)
/** From here on the next short pause ends a window, so that no word is cut. */
const LONG_ENOUGH = frames(20)
const SHORT_PAUSE = frames(0.3)
/** A pause that ends any window: what follows is heard with its own times. */
const LONG_PAUSE = frames(1.5)
/** Kept before and after speech: consonants are quiet. */
const MARGIN = frames(0.2)
/** Less than this is a click. */
const SHORTEST = frames(0.1)

/** Silence is told of this often, so that one can see how far it is. */
const SILENCE_TOLD = frames(30)

/** A stretch of a recording: with samples it is to be heard, without it is silent. */
export interface Window {
  startMs: number
  endMs: number
  samples?: Float32Array
}

/**
 * Cuts a recording at its pauses into windows of at most thirty seconds and leaves silence out, as
 * speech models make up words for it. Holds one window at a time. The last one ends where the
 * recording does.
 *
 * @param sound 16,000 samples a second, from -1 to 1
 */
export async function* cutAtPauses(sound: AsyncIterable<Float32Array>): AsyncGenerator<Window> {
  const cutter = newCutter()
  for await (const frame of framesOf(sound)) yield* cutter.add(frame)
  yield* cutter.end()
}

/** Pieces of any length as frames; the last is filled up with silence. */
async function* framesOf(sound: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  let frame = new Float32Array(FRAME)
  let filled = 0
  for await (const samples of sound) {
    for (let at = 0; at < samples.length; ) {
      const count = Math.min(FRAME - filled, samples.length - at)
      frame.set(samples.subarray(at, at + count), filled)
      filled += count
      at += count
      if (filled < FRAME) continue
      yield frame
      frame = new Float32Array(FRAME)
      filled = 0
    }
  }
  if (filled > 0) yield frame
}

interface Frame {
  samples: Float32Array
  level: number
}

interface Cutter {
  add(samples: Float32Array): Generator<Window>
  end(): Generator<Window>
}

function newCutter(): Cutter {
  const isLoud = newEar()
  /** The window that is being filled, or the silence before it. */
  let open: Frame[] = []
  /** Number of `open`'s first frame. */
  let start = 0
  let hears = false
  let loud = 0
  let pause = 0

  /** Gives the first `count` frames of what is open; the rest stays open. */
  const close = (count: number, isSpeech: boolean): Window => {
    const taken = open.slice(0, count)
    const window: Window = { startMs: timeOf(start), endMs: timeOf(start + count) }
    open = open.slice(count)
    start += count
    return isSpeech ? { ...window, samples: joined(taken) } : window
  }

  const quiet = function* (): Generator<Window> {
    if (open.length > SILENCE_TOLD) yield close(open.length - MARGIN, false)
  }

  const speech = function* (): Generator<Window> {
    const isOver = pause >= LONG_PAUSE || (open.length >= LONG_ENOUGH && pause >= SHORT_PAUSE)
    if (isOver) {
      yield close(open.length - pause + Math.min(MARGIN, pause), loud >= SHORTEST)
      hears = false
    } else if (open.length >= LONGEST) {
      yield close(quietest(open), true)
      loud = open.length
    }
  }

  return {
    *add(samples) {
      const level = levelOf(samples)
      const sounds = isLoud(level)
      open.push({ samples, level })
      if (sounds && !hears) {
        const before = Math.max(0, open.length - 1 - MARGIN)
        if (before > 0) yield close(before, false)
        hears = true
        loud = 0
      }
      pause = sounds ? 0 : pause + 1
      if (sounds) loud++
      yield* hears ? speech() : quiet()
    },

    *end() {
      if (open.length > 0) yield close(open.length, hears && loud >= SHORTEST)
    },
  }
}

/** Loudness of a frame in decibels under full scale. */
function levelOf(samples: Float32Array): number {
  let squares = 0
  for (const sample of samples) squares += sample * sample
  return Math.max(-100, 10 * Math.log10(squares / samples.length + Number.MIN_VALUE))
}

/** Nothing below is speech, whatever the noise; everything above is sound. In decibels. */
const SURELY_QUIET = -55
const SURELY_LOUD = -35
const ABOVE_NOISE = 8
/** Until a second was heard. */
const AT_FIRST = -45
const REMEMBERED = frames(30)
const RELEARNED = frames(1)

/** Tells sound from the noise of the room, which is what the quietest tenth of the last half minute is. */
function newEar(): (level: number) => boolean {
  const remembered: number[] = []
  let threshold = AT_FIRST
  let count = 0
  return (level) => {
    remembered[count % REMEMBERED] = level
    count++
    if (count % RELEARNED === 0) {
      const noise = remembered.toSorted((a, b) => a - b)[Math.floor(remembered.length / 10)] ?? 0
      threshold = Math.min(Math.max(noise + ABOVE_NOISE, SURELY_QUIET), SURELY_LOUD)
    }
    return level > threshold
  }
}

/** Where the quietest tenth of a second in the last ten seconds is: the best place for a cut. */
function quietest(open: readonly Frame[]): number {
  const around = frames(0.05)
  let best = open.length
  let least = Number.POSITIVE_INFINITY
  for (let at = LONG_ENOUGH; at < open.length - around; at++) {
    let level = 0
    for (let near = at - around; near <= at + around; near++) level += open[near]?.level ?? 0
    if (level >= least) continue
    least = level
    best = at
  }
  return best
}

const timeOf = (frame: number): number => Math.round((frame * FRAME * 1000) / RATE)

function joined(taken: readonly Frame[]): Float32Array {
  const samples = new Float32Array(taken.length * FRAME)
  for (const [at, frame] of taken.entries()) samples.set(frame.samples, at * FRAME)
  return samples
}
