/** The same database as `target/database.py`: enough rows that a report is real work. */
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { seededRandom } from '../seeded-random.ts'

const ROWS = 20_000
const STATIONS = 50
const PAGE_ROWS = 250
export const EXPORT_PAGES = 8

export function databasePath(dataDir: string): string {
  return join(dataDir, 'app.db')
}

/** Done by the master before there are workers; a half-filled file never gets the real name. */
export function seedDatabase(path: string): void {
  const unfinished = `${path}.new`
  rmSync(unfinished, { force: true })
  const random = seededRandom(ROWS)
  const database = new DatabaseSync(unfinished)
  try {
    database.exec('PRAGMA synchronous = OFF; BEGIN')
    database.exec('CREATE TABLE readings (id INTEGER PRIMARY KEY, station INTEGER, day INTEGER, value REAL)')
    const insert = database.prepare('INSERT INTO readings VALUES (?, ?, ?, ?)')
    for (let row = 1; row <= ROWS; row += 1) {
      insert.run(row, row % STATIONS, Math.floor(row / STATIONS), Math.round(random() * 40_000) / 1000)
    }
    database.exec('COMMIT')
  } finally {
    database.close()
  }
  renameSync(unfinished, path)
}

export function connect(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: 250 })
}

/** Through a connection of its own, so that the answer neither needs nor trusts the pool. */
export function isUsable(path: string): boolean {
  try {
    const database = connect(path)
    try {
      return database.prepare('SELECT 1 FROM readings LIMIT 1').get() !== undefined
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

/** Scans the whole table on purpose: there is no index on `station`. */
export function report(database: DatabaseSync, number: number): Record<string, unknown> {
  const found = database
    .prepare(
      'SELECT count(*) AS readings, avg(value) AS mean, min(value) AS lowest, max(value) AS highest,' +
        ' avg(value * value) - avg(value) * avg(value) AS variance' +
        ' FROM readings WHERE station = ? AND day % 7 <> ?',
    )
    .get(number % STATIONS, number % 7)
  return { report: number, station: number % STATIONS, ...found }
}

export interface ExportPage {
  readonly lines: string
  readonly lastId: number
}

export function exportPage(database: DatabaseSync, number: number, afterId: number): ExportPage {
  const rows = database
    .prepare('SELECT id, day, value FROM readings WHERE station % 5 = ? AND id > ? ORDER BY id LIMIT ?')
    .all(number % 5, afterId, PAGE_ROWS)
  return {
    lines: rows.map((row) => `${row['id']},${row['day']},${row['value']}\n`).join(''),
    lastId: Number(rows.at(-1)?.['id'] ?? afterId),
  }
}
