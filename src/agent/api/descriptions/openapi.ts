import * as z from 'zod/mini'
import { bare, type RouteDescription } from '../describe.ts'

export const OPENAPI: RouteDescription = {
  summary: 'This document',
  answers: { 200: bare('An OpenAPI 3.1 document', z.looseObject({ openapi: z.string() })) },
}
