import { enableCompileCache, type ResolveFnOutput, registerHooks } from 'node:module'

/**
 * Node compiles all modules anew in each program, and for each import of Drizzle, also those within
 * it, reads its list of a thousand exports anew. Both together are most of a start.
 */
enableCompileCache()

const library = '/node_modules/'
const drizzle = `${library}drizzle-orm/`
const found = new Map<string, ResolveFnOutput>()

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '', conditions } = context
    if (!conditions.includes('import')) return next(specifier, context)
    if (parentURL.includes(drizzle) && /^\..*\.js$/.test(specifier)) {
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
    }
    const isPackage = !/^[./]|^\w+:/.test(specifier)
    if (!isPackage || parentURL.includes(library)) return next(specifier, context)
    const known = found.get(specifier)
    if (known) return { ...known, shortCircuit: true }
    const fresh = next(specifier, context)
    found.set(specifier, fresh)
    return fresh
  },
})
