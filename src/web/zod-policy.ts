import * as z from 'zod/mini'

// The content policy forbids making functions from text (SE8): do not even try.
z.config({ jitless: true })
