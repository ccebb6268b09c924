import * as z from 'zod/mini'
import { ROLES } from '../access/roles.ts'

/** Apart from the roles themselves: the console asks for those before it has anything to read by a schema. */
export const role = z.enum(ROLES)
