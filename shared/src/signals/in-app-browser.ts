/** In-app browsers often send no referrer, but their User-Agent names the app that the link was in. */
import type { EntryPath } from "./signals.ts";

const SOCIAL_APPS =
  /FBAN|FBAV|FB_IAB|Instagram|Barcelona|musical_ly|Bytedance|TikTok|Snapchat|Pinterest\/|Twitter for|LinkedInApp|WhatsApp|Telegram|\bLine\/|MicroMessenger|KAKAOTALK|Reddit\/|Viber/;
/** The Google app on iOS. */
const SEARCH_APPS = /\bGSA\//;

export type InAppBrowser = { readonly entry: EntryPath; readonly app: string };

export function readInAppBrowser(userAgent: string): InAppBrowser | undefined {
  const social = SOCIAL_APPS.exec(userAgent);
  if (social !== null) return { entry: "social", app: social[0] };
  return SEARCH_APPS.test(userAgent) ? { entry: "search", app: "GSA" } : undefined;
}
