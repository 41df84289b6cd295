const places =
  /^\/(?:$|(?:start|customers|batches|plans|subscriptions|conflicts|domains|forwardings|mailboxes|mailing-lists|ftp-logins|databases|media|usage|outbox|settings|profile|hosts|jobs|audit)(?:[/?]|$))/

/** Where sign-in leads: a page of ours that was asked for, or the dashboard (F-105). */
export const safeNext = (asked: string | undefined): string =>
  asked !== undefined && asked.length < 2000 && /^[\w/?&=%.~+-]+$/.test(asked) && places.test(asked)
    ? asked
    : '/'
