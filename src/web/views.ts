/** The pages: each is a file of its own, but for the one that is shown first. */
import type { Component } from 'vue'
import type { RouteId } from '#domain/navigation/manifest.ts'
import OverviewView from '#web/views/observe/OverviewView.vue'

type View = () => Promise<Component>

/** Every entry of the manifest has a view: the compiler asks for it. */
export const VIEWS: Record<RouteId, View> = {
  overview: async () => OverviewView,
  traffic: () => import('#web/views/observe/TrafficView.vue'),
  pool: () => import('#web/views/observe/PoolView.vue'),
  memory: () => import('#web/views/observe/MemoryView.vue'),
  logs: () => import('#web/views/observe/LogsView.vue'),
  watchdog: () => import('#web/views/recover/WatchdogView.vue'),
  restart: () => import('#web/views/recover/RestartView.vue'),
  audit: () => import('#web/views/recover/AuditView.vue'),
  navigation: () => import('#web/views/release/NavigationView.vue'),
  admin: () => import('#web/views/admin/AdminView.vue'),
  contract: () => import('#web/views/release/ContractView.vue'),
  gates: () => import('#web/views/release/GatesView.vue'),
}

export const NotFoundPage: View = () => import('#web/views/NotFoundView.vue')
