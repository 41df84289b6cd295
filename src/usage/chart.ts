import { scaleBand, scaleLinear } from 'd3-scale'
import { stack } from 'd3-shape'

export const services = ['web', 'ftp', 'mail'] as const
export type Service = (typeof services)[number]

export type Bar = Record<Service, number> & { month: string }

export interface Chart {
  width: number
  height: number
  bars: {
    month: string
    x: number
    width: number
    middle: number
    parts: { service: Service; y: number; height: number; bytes: number }[]
  }[]
  /** lines across, and what they stand for in bytes */
  lines: { y: number; bytes: number }[]
  /** where the bars begin */
  left: number
  bottom: number
}

const [width, height] = [720, 240]
const margin = { left: 80, top: 12, right: 8, bottom: 28 }

/** Bytes of each month, one service upon the other. @param months the earliest first */
export function trafficChart(months: readonly Bar[]): Chart {
  const bottom = height - margin.bottom
  const most = Math.max(1, ...months.map(({ web, ftp, mail }) => web + ftp + mail))
  const unit = unitOf(most)
  const y = scaleLinear()
    .domain([0, most / unit])
    .nice(4)
    .range([bottom, margin.top])
  const x = scaleBand<string>()
    .domain(months.map(({ month }) => month))
    .range([margin.left, width - margin.right])
    .paddingInner(0.3)
    .paddingOuter(0.15)
  const series = stack<Bar, Service>().keys(services)([...months])
  const bars = months.map(({ month, ...bytes }, n) => {
    const start = x(month)!
    const parts = series.map((one) => {
      const [low, high] = [y(one[n]![0] / unit), y(one[n]![1] / unit)]
      return { service: one.key, y: high, height: low - high, bytes: bytes[one.key] }
    })
    return { month, x: start, width: x.bandwidth(), middle: start + x.bandwidth() / 2, parts }
  })
  const lines = y.ticks(4).map((tick) => ({ y: y(tick), bytes: tick * unit }))
  return { width, height, bars, lines, left: margin.left, bottom }
}

/** Round numbers are round in the unit that people read. */
const unitOf = (bytes: number): number => 1024 ** Math.floor(Math.log(bytes) / Math.log(1024))
