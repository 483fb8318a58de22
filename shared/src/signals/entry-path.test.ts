/**
 * Entry paths, request by request: tags, click ids, referrers, in-app browsers, and which of them takes
 * precedence.
 */
import { expect, test } from "vitest";
import type { EntryPath } from "./signals.ts";
import { HOST, signalsOf, traceOf, type TestRequest } from "../../test/test-request.ts";

const FACEBOOK_APP =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/450]";
const GOOGLE_APP =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) GSA/310.0 Mobile/15E148 Safari/604.1";
const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";

const TAGS: readonly (readonly [query: string, EntryPath])[] = [
  ["utm_source=google&utm_medium=cpc", "ad"],
  ["utm_source=facebook&utm_medium=paid-social", "ad"],
  ["utm_source=newsletter&utm_medium=ppc", "ad"],
  ["utm_source=x&utm_medium=retargeting", "ad"],
  ["utm_medium=CPC", "ad"],
  ["utm_medium=banner", "ad"],
  ["utm_medium=display", "ad"],
  ["utm_medium=interstitial", "ad"],
  ["utm_medium=cpm", "ad"],
  ["utm_source=google&utm_medium=organic&utm_campaign=eu-Cross-Network", "ad"],
  ["utm_source=instagram&utm_medium=social", "social"],
  ["utm_medium=social-network", "social"],
  ["utm_medium=social+media", "social"],
  ["utm_medium=sm", "social"],
  ["utm_source=facebook", "social"],
  ["utm_source=fb&utm_medium=post", "social"],
  ["utm_source=m.facebook.com&utm_medium=referral", "social"],
  ["utm_source=TikTok&utm_medium=video", "social"],
  ["utm_source=somebody&utm_medium=video", "social"],
  ["utm_source=youtube.com&utm_medium=referral", "social"],
  ["utm_source=google&utm_medium=social", "social"],
  ["utm_source=bing&utm_medium=organic", "search"],
  ["utm_source=duckduckgo", "search"],
  ["utm_medium=organic", "search"],
  ["utm_source=newsletter&utm_medium=email", "email"],
  ["utm_source=braze&utm_medium=e-mail", "email"],
  ["utm_medium=e_mail", "email"],
  ["utm_medium=e+mail", "email"],
  ["utm_medium=e%20mail", "email"],
  ["utm_source=Newsletter", "email"],
  ["utm_source=braze&utm_medium=push", "push"],
  ["utm_medium=web-push", "push"],
  ["utm_medium=mobile_alert", "push"],
  ["utm_medium=notification", "push"],
  ["utm_medium=sms", "push"],
  ["utm_source=firebase", "push"],
  ["utm_source=sports-blog&utm_medium=affiliate", "referral"],
  ["utm_source=sports-blog&utm_medium=referral", "referral"],
  ["utm_source=companion&utm_medium=app", "referral"],
  ["utm_medium=link", "referral"],
  ["utm_source=spotify-podcast&utm_medium=audio", "referral"],
  ["utm_source=chatgpt.com", "referral"],
  ["utm_medium=ai-assistant", "referral"],
  ["utm_source=stadium&utm_medium=qr", "referral"],
  ["utm_source=yahoo", "search"],
  ["utm_source=NAVER", "search"],
  ["utm_source=Naver&utm_medium=email", "search"],
  ["utm_source=naver&utm_medium=cpc", "ad"],
  ["utm_source=telegram", "social"],
  ["utm_source=twitch&utm_medium=referral", "social"],
  ["utm_source=google%2B", "social"],
  ["utm_source=Google+Shopping", "referral"],
  ["utm_source=amazon&utm_medium=email", "referral"],
  ["utm_source=amazon&utm_medium=cpc", "ad"],
  ["utm_source=shopping.yahoo.com", "referral"],
  ["utm_source=https%3A%2F%2FM.Facebook.com%3A443%2Fx", "social"],
  ["utm_source=pinterest.com.mx.", "social"],
  ["utm_source=info", "referral"],
  ["utm_source=wow&utm_medium=email", "email"],
  ["utm_source=somebody.social", "referral"],
  ["utm_source=(direct)&utm_medium=(none)", "direct"],
  ["utm_medium=onsite", "internal"],
  ["utm_campaign=qf-esp-bel", "direct"],
  ["utm_source=&utm_medium=", "direct"],
];

const CLICK_IDS: readonly (readonly [query: string, EntryPath])[] = [
  ...[
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "gad_source",
    "msclkid",
    "ttclid",
    "twclid",
    "li_fat_id",
    "ScCid",
    "epik",
  ].map((name) => [`${name}=a1`, "ad"] as const),
  ["yclid=1", "ad"],
  ["rdt_cid=1", "ad"],
  ["fbclid=a1", "social"],
  ["fbclid=a1&utm_medium=paid", "ad"],
  ["fbclid=a1&utm_medium=email", "email"],
  ["fbclid=a1&gclid=a2", "ad"],
  ["gclid=a1&utm_source=newsletter&utm_medium=email", "ad"],
  ["gclid=", "direct"],
  ["igsh=a1", "social"],
  ["mc_eid=a1", "email"],
  ["irclickid=a1", "referral"],
];

const REFERRERS: readonly (readonly [referrer: string, EntryPath])[] = [
  ["https://www.google.com/", "search"],
  ["https://www.google.co.uk/", "search"],
  ["https://google.com.br/search?q=x", "search"],
  ["https://www.google.es/url?sa=t", "search"],
  ["https://es.search.yahoo.com/", "search"],
  ["https://yandex.kz/", "search"],
  ["https://duckduckgo.com/", "search"],
  ["https://mail.google.com/", "email"],
  ["https://mail.google.es/", "email"],
  ["https://outlook.live.com/mail/0/", "email"],
  ["https://us-mg5.mail.yahoo.com/neo/launch", "email"],
  ["https://webmail.some-university.ac.uk/", "email"],
  ["https://accounts.google.com/", "referral"],
  ["https://docs.google.com/document/d/1", "referral"],
  ["https://l.facebook.com/", "social"],
  ["https://www.facebook.com/", "social"],
  ["https://t.co/abc", "social"],
  ["https://x.com/somebody", "social"],
  ["https://x.com/i/grok", "referral"],
  ["https://old.reddit.com/r/soccer", "social"],
  ["https://chatgpt.com/", "referral"],
  ["https://www.perplexity.ai/search", "referral"],
  ["https://googleads.g.doubleclick.net/", "ad"],
  ["https://notgoogle.com/", "referral"],
  ["https://yahoo.co.jp/", "search"],
  ["https://www.YAHOO.co.jp.:443/", "search"],
  ["https://fr.yahoo.com/", "search"],
  ["https://yahoo.de/", "search"],
  ["https://sports.yahoo.com/", "referral"],
  ["https://finance.yahoo.co.jp/", "referral"],
  ["https://answers.yahoo.com/", "social"],
  ["https://shopping.yahoo.com/", "referral"],
  ["https://notyahoo.com/", "referral"],
  ["https://yahoo.evil.com/", "referral"],
  ["https://yahoo.com.evil.example/", "referral"],
  ["https://m.naver.com/", "search"],
  ["https://m.search.naver.com/", "search"],
  ["https://sports.news.naver.com/", "referral"],
  ["https://m.blog.naver.com/", "social"],
  ["https://mail.naver.com/", "email"],
  ["https://www.pinterest.com.mx/", "social"],
  ["https://pinterest.fi/", "social"],
  ["https://pinterest.evil.com/", "referral"],
  ["https://news.google.com/", "search"],
  ["https://maps.google.co.jp/", "search"],
  ["https://docs.google.co.jp/", "referral"],
  ["https://google.com:8443/", "search"],
  ["https://team.social/", "referral"],
  ["https://yahoo/", "referral"],
  ["https://xt.co/", "referral"],
  ["https://netflix.com/", "social"],
  ["https://яндекс.рф/", "search"],
  ["https://xn--d1acpjx3f.xn--p1ai/", "search"],
  ["https://ｇｏｏｇｌｅ.com/", "search"],
  ["https://google.com.evil.example/", "referral"],
  ["https://user:secret@www.bing.com/", "search"],
  ["http://192.168.0.7:8080/", "referral"],
  ["https://[2001:db8::1]:8443/x", "referral"],
  ["https://edition.cnn.com/sport", "referral"],
  ["android-app://com.google.android.googlequicksearchbox/https/www.google.com", "search"],
  ["android-app://com.google.android.gm/", "email"],
  ["android-app://com.facebook.katana", "social"],
  ["android-app://com.linkedin.android/", "social"],
  ["android-app://org.telegram.messenger", "social"],
  ["android-app://org.telegram.messenger.web/", "social"],
  ["android-app://org.thunderdog.challegram/", "social"],
  ["android-app://com.nhn.android.search/", "search"],
  ["android-app://com.nhn.android.navercafe", "social"],
  ["android-app://net.daum.android.daum", "search"],
  ["android-app://com.kakao.story", "social"],
  ["android-app://com.sina.weibo/", "social"],
  ["android-app://com.tencent.mobileqq/", "social"],
  ["android-app://com.zing.zalo/", "social"],
  ["ANDROID-APP://com.Snapchat.android/https/x", "social"],
  ["android-app://com.microsoft.office.outlook", "email"],
  ["android-app://org.example.scores/", "referral"],
  ["android-app://evil.t.me/", "referral"],
  ["ios-app://389801252/instagram/media", "social"],
  ["ios-app://id284815942/", "search"],
  ["ios-app://com.burbn.instagram/", "social"],
  ["ios-app://com.nhncorp.NaverSearch/", "search"],
  ["ios-app://1/", "referral"],
  ["about:client", "direct"],
  ["https://", "direct"],
  ["www.google.com", "direct"],
  ["https://a b.example/", "direct"],
];

const REQUESTS: readonly (readonly [what: string, request: TestRequest, EntryPath])[] = [
  ["nothing at all", {}, "direct"],
  ["our page, which says nothing of a referrer", { referer: `${HOST}/` }, "internal"],
  ["our page by its www name", { referer: "https://WWW.Play.Example/live" }, "internal"],
  ["our page on the default port", { referer: "https://play.example:443/" }, "internal"],
  ["another port of our host", { referer: "https://play.example:8443/" }, "referral"],
  ["another host of our site", { referer: "https://www.tv.example/", site: "same-site" }, "internal"],
  ["another host of another site", { referer: "https://www.tv.example/", site: "cross-site" }, "referral"],
  ["our page, which was opened directly", { query: "referrer=", referer: `${HOST}/` }, "direct"],
  [
    "our page, opened from a search",
    { query: "referrer=https%3A%2F%2Fwww.google.com%2F", referer: `${HOST}/` },
    "search",
  ],
  [
    "our page, opened from another of ours",
    { query: `referrer=${HOST}/live`, referer: `${HOST}/` },
    "internal",
  ],
  [
    "a page on another host of ours, opened from it",
    { query: "referrer=https://www.tv.example/", referer: "https://www.tv.example/x", site: "same-site" },
    "internal",
  ],
  [
    "our page, opened from our sign-in on another host",
    { query: "referrer=https://login.play.example/", referer: `${HOST}/` },
    "internal",
  ],
  [
    "a sibling of the edge's host",
    { host: "https://api.tv.example", referer: "https://login.tv.example/" },
    "internal",
  ],
  [
    "the site's www name",
    { host: "https://api.tv.example", query: "referrer=https://www.tv.example" },
    "internal",
  ],
  [
    "a neighbour under a public suffix",
    { host: "https://tv.co.uk", referer: "https://bbc.co.uk/" },
    "referral",
  ],
  ["a named host", { ownHosts: ["sport.test"], query: "referrer=https://www.sport.test/" }, "internal"],
  [
    "the tags of a page on a named host",
    { ownHosts: ["sport.test"], referer: "https://sport.test/?utm_medium=cpc" },
    "ad",
  ],
  ["an app of our own host's name", { referer: "android-app://play.example/" }, "referral"],
  ...[
    "about:blank",
    "about:srcdoc",
    "ABOUT:blank#x",
    "data:text/html,x",
    "file:///home/x",
    "blob:https://play.example/1",
    "javascript:void(0)",
    "chrome-extension://abc/page.html",
    "moz-extension://abc/",
    "view-source:https://www.google.com/",
    "capacitor://localhost",
  ].flatMap((address) => [
    [
      `${address} before our page`,
      { query: `referrer=${encodeURIComponent(address)}`, referer: `${HOST}/` },
      "direct",
    ] as const,
    [`${address} by itself`, { referer: address }, "direct"] as const,
  ]),
  [
    "a referrer that cannot be read",
    { query: "referrer=%E0%A4%A", referer: "https://www.bing.com/" },
    "search",
  ],
  ["the landing page's tags", { referer: `${HOST}/?utm_source=tiktok&utm_medium=social` }, "social"],
  ["the landing page's click id", { referer: `${HOST}/?gclid=a1`, query: "referrer=" }, "ad"],
  [
    "the request's tags before the landing page's",
    { query: "utm_medium=email", referer: `${HOST}/?gclid=a1` },
    "email",
  ],
  ["tags before the referrer", { query: "utm_medium=push&referrer=https://www.google.com/" }, "push"],
  ["another site's own tags", { referer: "https://blog.example/?utm_medium=email" }, "referral"],
  [
    "tags that no rule knows, with a referrer",
    { query: "utm_medium=qr", referer: "https://t.co/" },
    "social",
  ],
  ["tags that no rule knows, on our page", { referer: `${HOST}/?utm_source=stadium` }, "referral"],
  ["an in-app browser", { agent: FACEBOOK_APP }, "social"],
  [
    "an in-app browser of a page opened directly",
    { agent: FACEBOOK_APP, query: "referrer=", referer: `${HOST}/` },
    "social",
  ],
  ["an in-app browser on another page of ours", { agent: FACEBOOK_APP, referer: `${HOST}/` }, "internal"],
  ["an in-app browser with tags", { agent: FACEBOOK_APP, query: "utm_medium=cpc" }, "ad"],
  [
    "an in-app browser with a referrer",
    { agent: FACEBOOK_APP, referer: "https://www.google.com/" },
    "search",
  ],
  ["the Google app", { agent: GOOGLE_APP }, "search"],
  ["a browser by itself", { agent: CHROME }, "direct"],
];

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 13; SM-S911N; wv) AppleWebKit/537.36 Version/4.0 Chrome/120.0 Mobile Safari/537.36";
const IN_APP: readonly (readonly [agent: string, EntryPath])[] = [
  [`${ANDROID} NAVER(inapp; search; 1000; 11.5.2)`, "search"],
  [`${IPHONE} NAVER(inapp; search; 2000; 12.5.0; 14PRO)`, "search"],
  [`${IPHONE} NAVER(inapp; blog; 100; 4.36.2)`, "social"],
  [`${ANDROID} NAVER(inapp; cafe; 100; 7.1.0)`, "social"],
  [`${ANDROID} DaumApps/6.0 DaumDevice/mobile`, "search"],
  [`${ANDROID};KAKAOTALK 2410170`, "social"],
  [`${IPHONE} KAKAOTALK 10.1.7`, "social"],
  [`${ANDROID} KAKAOSTORY 6.9.0`, "social"],
  [`${IPHONE} KakaoStory/7.0`, "social"],
  [`${ANDROID} TwitterAndroid`, "social"],
  [`${IPHONE} Twitter for iPhone/9.46`, "social"],
  [`${IPHONE} Weibo (iPhone13,2__weibo__12.1.2__iphone__os15.1)`, "social"],
  [`${ANDROID} Weibo (SM-S911N__weibo__13.1.0__android__android13)`, "social"],
  [`${ANDROID} MQQBrowser/6.2 TBS/045617 V1_AND_SQ_8.3.0_1362 QQ/8.3.0.4480 NetType/WIFI`, "social"],
  [`${IPHONE} QQ/8.9.50.661 V1_IPH_SQ_8.9.50`, "social"],
  [`${ANDROID} MQQBrowser/14.2`, "direct"],
  [`${ANDROID} Whale/1.0.0.0`, "direct"],
  [`${ANDROID} VKAndroidApp/8.11-15000 (Android 13; SDK 33)`, "social"],
  [`${IPHONE} VKiOSApp/8.50 com.vk.vkclient`, "social"],
  [`${ANDROID} Zalo android/12110432 ZaloTheme/light ZaloLanguage/vi`, "social"],
  [`${IPHONE} Zalo iOS/525 ZaloTheme/light`, "social"],
  [`${IPHONE} Line/13.5.0`, "social"],
  [`${ANDROID} MMWEBID/1880 MicroMessenger/8.0.16.2040 WeChat/arm64`, "social"],
  [`${ANDROID} Telegram-Android/10.9 (Samsung; Android 13)`, "social"],
  [`${ANDROID} musical_ly_2023105030 BytedanceWebview/d8a21c6`, "social"],
  [`${IPHONE} Snapchat/12.45.0.46 (like Safari/8614)`, "social"],
  [`${IPHONE} Instagram 309.0.0 (iPhone13,2)`, "social"],
  [`${IPHONE} Barcelona 309.0.0`, "social"],
  [`${IPHONE} [Pinterest/iOS]`, "social"],
  [`${IPHONE} Reddit/2023.45.0/iOS`, "social"],
  [`${ANDROID} [LinkedInApp]/4.1.8`, "social"],
  [`${ANDROID} baiduboxapp/13.10 (Baidu; P1 13)`, "search"],
  [`${IPHONE} Safari/604.1 BingSapphire/26.1`, "search"],
  [`${ANDROID} Online/2.0 QQBrowser/1`, "direct"],
];

test.each(IN_APP)("the in-app browser %s is %s", (agent, entry) => {
  expect(signalsOf({ agent }).entry).toBe(entry);
  expect(signalsOf({ agent, query: "utm_medium=email" }).entry).toBe("email");
});

test.each(TAGS)("reads the tags %s as %s", (query, entry) => {
  expect(signalsOf({ query }).entry).toBe(entry);
});

test.each(CLICK_IDS)("reads the click id in %s as %s", (query, entry) => {
  expect(signalsOf({ query }).entry).toBe(entry);
});

test.each(REFERRERS)("reads the referrer %s as %s", (referrer, entry) => {
  expect(signalsOf({ referer: referrer }).entry).toBe(entry);
  const parameter = encodeURIComponent(referrer);
  expect(signalsOf({ query: `referrer=${parameter}`, agent: CHROME }).entry, "as a parameter").toBe(entry);
});

test.each(REQUESTS)("takes %s", (_, request, entry) => {
  expect(signalsOf(request).entry).toBe(entry);
});

test.each<readonly [TestRequest, string]>([
  [{ query: "gclid=a1" }, "ad from parameter gclid"],
  [{ query: "utm_source=x&utm_medium=cpc" }, "ad from parameter utm_medium"],
  [{ referer: `${HOST}/?utm_source=facebook` }, "social from landing parameter utm_source"],
  [{ referer: "https://www.google.com/" }, "search from referrer google.com"],
  [{ agent: FACEBOOK_APP }, "social from in-app browser FBAN"],
  [{ referer: `${HOST}/` }, "internal from referrer, our own play.example"],
  [{ query: "referrer=" }, "direct from parameter referrer, which is empty"],
  [{}, "direct from default"],
])("names its source: %o", (request, source) => {
  expect(traceOf(request).sources.entry).toBe(source);
});
