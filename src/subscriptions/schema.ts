import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgEnum,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { MAX_UID, MIN_UID } from '../contract/document.ts'
import type { Said } from '../contract/said.ts'
import { id, json, moment, reference } from '../db/columns.ts'
import { hosts } from '../hosts/schema.ts'
import type { Value, Values } from '../plans/catalogue.ts'
import { plans } from '../plans/schema.ts'

/** One sequence for all hosts; a number is never used again (design §7). */
export const uidSequence = pgSequence('system_uids', {
  startWith: MIN_UID,
  minValue: MIN_UID,
  maxValue: MAX_UID,
})

/** `shop` of `shop`, `shop2` and `shop3`, in the words of its index. */
export const userFamily = (systemUser: SQLWrapper): SQL =>
  sql`regexp_replace(${systemUser}, '[0-9]+$', '')`

export const subscriptions = pgTable(
  'subscriptions',
  {
    id: id(),
    accountId: reference()
      .notNull()
      .references(() => accounts.id),
    /**
     * In whose list it stands: the provider of its customer, or the one whose own it is. Kept by
     * triggers, so that a reseller's list is found by an index however many others have theirs.
     */
    sellerId: reference().notNull().default(0),
    /** null = custom: its values are all its own (P-33) */
    planId: reference().references(() => plans.id),
    hostId: reference()
      .notNull()
      .references(() => hosts.id),
    /** the main domain as A-label; its name in every list */
    domain: text().notNull(),
    /** FTP and SSH name, never changes (S-42, R-1) */
    systemUser: text().notNull(),
    /** uid and gid on its host */
    uid: integer().notNull(),
    /** SHA-512 crypt of the password for FTP and SSH */
    passwordHash: text().notNull(),

    /** plan + add-ons + overrides, as computed by plans/values.ts */
    values: jsonb().$type<Values>().notNull(),
    /** P-40: keeps its whole values when its plan changes */
    locked: boolean().notNull().default(false),
    /** P-42: the host lacks something; stored result of `conflicts` for lists */
    unsynced: boolean().notNull().default(false),
    /** stored result: it, its account or a provider above has a suspension */
    suspended: boolean().notNull().default(false),
    /** last day it is served, in its provider's time zone */
    expiresOn: date({ mode: 'string' }),
    /** being taken off its host; the row goes when nothing is left there */
    removing: boolean().notNull().default(false),
    /** in the trash by itself, not with its account, until then */
    trashedUntil: moment(),

    /** grows with every wanted change; documents carry it, hosts refuse older ones */
    generation: integer().notNull().default(1),
    /** what the host last confirmed; equal to `generation` = the host is as wanted */
    appliedGeneration: integer().notNull().default(0),
    appliedAt: moment(),
    createdAt: moment().notNull().defaultNow(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex().on(t.systemUser),
    // asked by who looks for a free name, and ends in no number
    index('subscriptions_by_user_family').on(userFamily(t.systemUser)),
    uniqueIndex().on(t.uid),
    uniqueIndex().on(t.domain),
    index().on(t.accountId, t.id),
    index().on(t.planId, t.id),
    index().on(t.hostId, t.id),
    // counted for every page, and few are
    index('subscriptions_unsynced')
      .on(t.sellerId)
      .where(sql`unsynced and not locked and not removing`),
    index('subscriptions_unsynced_of_plan')
      .on(t.planId)
      .where(sql`unsynced and not locked and not removing`),
    index('subscriptions_unsynced_on_host')
      .on(t.hostId)
      .where(sql`unsynced and not locked and not removing`),
    index().on(t.createdAt, t.id),
    // in the usual order of the list, and counted without a look at the subscriptions
    index('subscriptions_suspended_by_domain')
      .on(t.domain, t.id)
      .where(sql`suspended and not removing and trashed_until is null`),
    index('subscriptions_of_seller').on(t.sellerId, t.domain, t.id),
    index('subscriptions_suspended_of_seller')
      .on(t.sellerId, t.domain, t.id)
      .where(sql`suspended and not removing and trashed_until is null`),
    index('subscriptions_locked').on(t.id).where(sql`locked`),
    index('subscriptions_being_removed').on(t.id).where(sql`removing`),
    // asked every minute, and few have one
    index('subscriptions_in_trash').on(t.trashedUntil).where(sql`trashed_until is not null`),
    index('subscriptions_expiring').on(t.expiresOn).where(sql`expires_on is not null`),
  ],
)

export type Subscription = typeof subscriptions.$inferSelect

/** What a search looks at: its domains and its system user. Kept by triggers, like `accountWords`. */
export const subscriptionWords = pgTable(
  'subscription_words',
  {
    subscriptionId: reference()
      .primaryKey()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    /** its owner, so that customers are found by their domains without the way round */
    accountId: reference().notNull(),
    words: text().notNull(),
  },
  (t) => [index().on(t.accountId)],
)

/**
 * main: the subscription's own name · alias: shows the main domain's site under another name (S-57) ·
 * redirect: sends its visitors to an address
 */
export const domainKind = pgEnum('domain_kind', [
  'main',
  'domain',
  'subdomain',
  'alias',
  'redirect',
])

/** Every name that any subscription answers to: one table, so that nobody gets one twice (F-15). */
export const domains = pgTable(
  'domains',
  {
    id: id(),
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    kind: domainKind().notNull(),
    /** A-label */
    name: text().notNull(),
    /** the domain whose folder it shows; null = one of its own */
    folder: text(),
    /** answers to `www.` as well */
    www: boolean().notNull().default(true),
    /** `8.2`, `off`; null = as the subscription */
    php: text(),
    /** where a redirect leads */
    address: text(),
    /** for visitors, while the subscription is suspended */
    suspendedText: text().notNull().default(''),
    /** http:// leads to https:// */
    httpsOnly: boolean().notNull().default(false),
    createdAt: moment().notNull().defaultNow(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex().on(t.name),
    index().on(t.subscriptionId, t.kind),
    uniqueIndex('domains_main').on(t.subscriptionId).where(sql`kind = 'main'`),
    index().on(t.createdAt, t.id),
    // few among many, and a list of their own
    index('domains_forwarded').on(t.name).where(sql`kind in ('alias', 'redirect')`),
  ],
)

export type SubscriptionDomain = typeof domains.$inferSelect

/** P-31: several add-ons, each once. */
export const subscriptionAddOns = pgTable(
  'subscription_add_ons',
  {
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    planId: reference()
      .notNull()
      .references(() => plans.id),
  },
  (t) => [primaryKey({ columns: [t.subscriptionId, t.planId] }), index().on(t.planId)],
)

/** A property of one subscription that differs from its plan on purpose. */
export const overrides = pgTable(
  'overrides',
  {
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    property: text().notNull(),
    value: json().$type<Value>().notNull(),
    /** set by the customer under a permission of the plan: sync ignores it (P-46) */
    byCustomer: boolean().notNull().default(false),
    authorName: text().notNull(),
    reason: text().notNull().default(''),
    at: moment().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.subscriptionId, t.property] })],
)

/** What a host could not provide of the wanted values (P-51). */
export const conflicts = pgTable(
  'conflicts',
  {
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    property: text().notNull(),
    wanted: json().$type<Value>().notNull(),
    available: json().$type<Value>().notNull(),
    /** what would fix it, as the host said (P-56) */
    remedy: text().notNull(),
    said: jsonb().$type<Said>(),
  },
  (t) => [
    primaryKey({ columns: [t.subscriptionId, t.property] }),
    index().on(t.property, t.subscriptionId),
  ],
)

/** What was measured of a subscription last; who was never measured has no row. */
export const measured = pgTable(
  'measured',
  {
    subscriptionId: reference()
      .primaryKey()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    /** bytes of all four places together */
    disk: bigint({ mode: 'number' }).notNull(),
    /** S-60: where they lie; home without web */
    home: bigint({ mode: 'number' }).notNull().default(0),
    web: bigint({ mode: 'number' }).notNull().default(0),
    mail: bigint({ mode: 'number' }).notNull().default(0),
    databases: bigint({ mode: 'number' }).notNull().default(0),
    /** bytes of the running month; null: its host counts none */
    traffic: bigint({ mode: 'number' }),
    at: moment().notNull().defaultNow(),
    /** more of either than the subscription's values allow; kept by triggers, so that lists can ask */
    over: boolean().notNull().default(false),
    /** likewise, or as much of either as its customer is told of */
    near: boolean().notNull().default(false),
  },
  (t) => [
    index('measured_over').on(t.subscriptionId).where(sql`over`),
    index('measured_near').on(t.subscriptionId).where(sql`near`),
    index().on(t.disk, t.subscriptionId),
    index().on(t.home, t.subscriptionId),
    index().on(t.web, t.subscriptionId),
    index().on(t.mail, t.subscriptionId),
    index().on(t.databases, t.subscriptionId),
  ],
)

export const suspensionReasons = [
  'admin',
  'reseller',
  'customer',
  'provider',
  'expired',
  'over limit',
] as const
export type SuspensionReason = (typeof suspensionReasons)[number]
export const suspensionReason = pgEnum('suspension_reason', suspensionReasons)

/** a set of reasons, of an account (with all below it) or of one subscription. */
export const suspensions = pgTable(
  'suspensions',
  {
    id: id(),
    accountId: reference().references(() => accounts.id, {
      onDelete: 'cascade',
    }),
    subscriptionId: reference().references(() => subscriptions.id, {
      onDelete: 'cascade',
    }),
    reason: suspensionReason().notNull(),
    authorName: text().notNull(),
    /** shown to the customer */
    text: text().notNull().default(''),
    at: moment().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('suspensions_of_account')
      .on(t.accountId, t.reason)
      .where(sql`account_id is not null`),
    uniqueIndex('suspensions_of_subscription')
      .on(t.subscriptionId, t.reason)
      .where(sql`subscription_id is not null`),
    // asked every minute, and few are
    index('suspensions_over_limit').on(t.subscriptionId).where(sql`reason = 'over limit'`),
  ],
)

export type Suspension = typeof suspensions.$inferSelect
