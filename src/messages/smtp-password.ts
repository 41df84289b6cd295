/** What the mail server's password is sealed for: it opens as nothing else. */
export const passwordContext = 'smtp password'
