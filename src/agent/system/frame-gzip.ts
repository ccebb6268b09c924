import { constants, type ZlibOptions } from 'node:zlib'

/** Planes of bytes do not repeat each other; to look for it costs time, and here even size. Runs are all there is. */
export const FRAME_GZIP: ZlibOptions = { level: constants.Z_BEST_SPEED, strategy: constants.Z_RLE }
