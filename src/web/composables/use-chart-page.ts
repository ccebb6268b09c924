/** What every page with charts has: its window from the address, the feed of that window, one cursor, one zoom. */
import { computed, type ComputedRef, type Ref, shallowReactive, watch } from 'vue'
import { useRoute } from 'vue-router'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricsWindow } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Zoom } from '#web/charts/view-window.ts'
import type { ChartSeries, Observation, Section } from '#web/compute/protocol.ts'
import { useMetricsConfig } from '#web/composables/use-metrics-config.ts'
import { useNow } from '#web/composables/use-now.ts'
import { useSamples } from '#web/composables/use-samples.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { CHART_WINDOWS, type ChartWindow, windowIn } from '#web/chart-window.ts'
import { type Feed, heldValue } from '#web/stores/feed.ts'
import { useSamplesStore } from '#web/stores/samples.ts'
import { windowFeed } from '#web/window-feed.ts'

export interface ChartPage {
  readonly chosen: ComputedRef<ChartWindow>
  readonly feed: ComputedRef<Feed<Observation>>
  readonly observation: ComputedRef<Observation | null>
  readonly charts: ComputedRef<ChartSeries | null>
  readonly config: ComputedRef<MetricsConfig>
  readonly now: Readonly<Ref<EpochMs>>
  /** From the first bucket to the last. */
  readonly whole: ComputedRef<MetricsWindow>
  /** The same in all charts of the page. */
  readonly view: { cursor: EpochMs | null; zoom: Zoom }
  readonly zoomTo: (zoom: Zoom) => void
  readonly pointTo: (cursor: EpochMs | null) => void
}

export function useChartPage(): ChartPage {
  const route = useRoute()
  const samples = useSamplesStore()
  const config = useMetricsConfig()
  const { now } = useNow({ everyMs: 500 })
  const chosen = computed(() => windowIn(route.query))
  useSamples(useSignedInApi(), () => ({
    ...CHART_WINDOWS[chosen.value],
    config: config.value,
    wantsCharts: true,
  }))

  const feed = computed(() => windowFeed(samples.feed, CHART_WINDOWS[chosen.value].windowMs))
  const observation = computed(() => heldValue(feed.value))
  const charts = computed(() => observation.value?.charts ?? null)
  const whole = computed(() => {
    const t = charts.value?.t ?? []
    return { from: t[0] ?? 0, to: t.at(-1) ?? 1 }
  })
  const view = shallowReactive<ChartPage['view']>({ cursor: null, zoom: null })
  watch(chosen, () => Object.assign(view, { cursor: null, zoom: null }))
  const zoomTo = (zoom: Zoom) => {
    view.zoom = zoom
  }
  const pointTo = (cursor: EpochMs | null) => {
    view.cursor = cursor
  }
  return { chosen, feed, observation, charts, config, now, whole, view, zoomTo, pointTo }
}

/** What was found of one stream; null while nothing is known of it. */
export function useFindings<T>(
  { observation }: ChartPage,
  section: (observation: Observation) => Section<T>,
): ComputedRef<T | null> {
  return computed(() => {
    const read = observation.value === null ? null : section(observation.value)
    return read?.kind === 'read' ? read.value : null
  })
}
