/**
 * In-app browsers often send no referrer, but their User-Agent names the app that the link was in. A browser
 * of the same company is no app: `MQQBrowser` and `Whale` say nothing.
 */
import { remembered } from "./remembered.ts";
import type { EntryPath } from "./signals.ts";

/** NAVER names the part of its app: its search, or its blogs and cafés, which are networks. */
const NAVER = /\bNAVER\((?:inapp|higgs); ?([a-z]{1,16})/i;

const SOCIAL_APPS = new RegExp(
  [
    // Meta, X, TikTok, Snap, Pinterest, Reddit, LinkedIn.
    "FBAN|FBAV|FB_IAB|FB4A|\\bInstagram|\\bBarcelona|\\bThreads/|Twitter for|TwitterAndroid|\\bTwitter/|musical_ly|Bytedance|TikTok|trill_|aweme_",
    "\\bSnapchat|Pinterest/|Reddit/|\\bLinkedInApp|WhatsApp|\\bTelegram|\\bViber|\\bDiscord/|\\bTumblr/|Quora ?/|Flipboard/|SmartNews",
    // Korea and Japan.
    "KAKAOTALK|KAKAOSTORY|NaverCafe|\\bBAND/|\\bLine/",
    // China.
    "MicroMessenger|__weibo__|\\bWeibo\\b|\\bQQ/|\\bQzone/|\\bQZONE|V1_AND_SQ_|\\bxhsdiscover|XiaoHongShu|\\bDouyin|\\bKwai|ksNebula|BiliApp|ZhihuHybrid|osee2unifiedRelease",
    // Russia, Vietnam, India.
    "\\bVKAndroidApp|\\bVKiOSApp|\\bVKApp|com\\.vk\\.|\\bvkclient|\\bVK/|OKAndroid|\\bOKApp|odnoklassniki|\\bZalo|ShareChat",
  ].join("|"),
  // KakaoTalk and Zalo have been written in either letter case.
  "i",
);
const SEARCH_APPS =
  /\bGSA\/|DaumApps|\bDaumApp\b|baiduboxapp|BingSapphire|BingWeb|YaApp_(?:Android|iOS)|YJApp|jp\.co\.yahoo\.|SogouSearch|SeznamApp|\bszn-|\bNAVER\b/;
const MAX_USER_AGENT_LENGTH = 1024;

export type InAppBrowser = { readonly entry: EntryPath; readonly app: string };

const AGENTS = 2000;
export const readInAppBrowser = remembered(inAppBrowserOf, AGENTS);

function inAppBrowserOf(userAgent: string): InAppBrowser | undefined {
  const agent = userAgent.slice(0, MAX_USER_AGENT_LENGTH);
  const naver = NAVER.exec(agent);
  if (naver !== null) {
    return { entry: isNetwork(naver[1]) ? "social" : "search", app: "NAVER" };
  }
  const social = SOCIAL_APPS.exec(agent);
  if (social !== null) return { entry: "social", app: social[0] };
  const search = SEARCH_APPS.exec(agent);
  return search === null ? undefined : { entry: "search", app: search[0].replace(/\W$/, "") };
}

function isNetwork(part = ""): boolean {
  return /^(?:blog|cafe|band|post|kin|knowledge|talk)/i.test(part);
}
