/**
 * Campaign and event values that may name a person, whatever put them into a link: e-mail addresses, ids,
 * telephone numbers. A guess by form alone, on values as shared/src/signals/signal-value.ts makes them, so
 * that `anna@mail.com` is `anna-mail-com`. Pure.
 */

/** Of mail services, and the ends of other hosts. `-com` alone could be a word of a campaign's own. */
const MAIL = new RegExp(
  String.raw`[-_](?:g?mail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|me|aol|gmx|web|proton(?:mail)?|yandex|qq|163|example)-[a-z]{2,4}(?:-[a-z]{2})?$` +
    String.raw`|[-_][a-z0-9]+-(?:com|net|org|edu|gov|info)(?:-[a-z]{2})?$`,
);
const UUID = /[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}/;
const HEXADECIMAL = /(?:^|[-_])(?=[a-f]*\d)[0-9a-f]{16,}(?:$|[-_])/;
const TOKEN = /(?=[a-z]*\d)[a-z0-9]{20,}/;
const ADDRESS = /(?:^|[-_])\d{1,3}(?:-\d{1,3}){3}$/;
const NUMBERED =
  /(?:^|[-_])(?:user|usr|uid|id|u|v|cust|customer|client|member|account|acct|subscriber|sub|visitor|person|contact)[-_]?\d+$/;
/** As many as the shortest telephone numbers with their prefix have. */
const MANY_DIGITS = 9;

export function looksLikeMail(value: string): boolean {
  return MAIL.test(value.toLowerCase());
}

export function looksLikeAnId(value: string): boolean {
  const text = value.toLowerCase();
  return (
    [UUID, HEXADECIMAL, TOKEN, ADDRESS, NUMBERED].some((form) => form.test(text)) ||
    text.replace(/\D/g, "").length >= MANY_DIGITS
  );
}
