/**
 * Apps by entry path, as referrers name them: `android-app://` and the package, `ios-app://` and the number
 * in Apple's store or the bundle's name, here in lower case.
 */
import type { EntryPath } from "./signals.ts";

const APPS: Readonly<Partial<Record<EntryPath, string>>> = {
  social: `
    com.facebook.katana com.facebook.lite com.facebook.orca com.facebook.mlite com.facebook.groups 284882215 454638411
    com.instagram.android com.instagram.lite com.instagram.barcelona 389801252 6446901002
    com.twitter.android com.twitter.android.lite 333903271
    com.zhiliaoapp.musically com.zhiliaoapp.musically.go com.ss.android.ugc.trill com.ss.android.ugc.aweme
    com.ss.android.ugc.aweme.lite 835599320 1142110895
    com.snapchat.android 447188370 com.pinterest com.pinterest.twa 429047995
    com.reddit.frontpage 1064216828 com.linkedin.android 288429040 com.linkedin.android.lite linkedin.android
    com.whatsapp com.whatsapp.w4b 310633997 1386412985
    org.telegram.messenger org.telegram.messenger.web org.telegram.messenger.beta org.telegram.plus
    org.thunderdog.challegram 686449807 com.viber.voip 382617920 com.discord 985746746
    com.google.android.youtube com.google.android.apps.youtube.music com.google.android.apps.youtube.kids
    com.google.android.youtube.tv 544007664 1017492454
    com.tumblr 305343404 com.quora.android 456034437 com.nextdoor 640360962 com.imgur.mobile com.medium.reader
    flipboard.app 358801284 jp.gocro.smartnews.android 579581125 com.truthsocial.android.app
    xyz.blueskyweb.app 6444370199 org.joinmastodon.android com.lemon.lvoverseas com.bd.nproject
    com.tencent.mm 414478124 com.tencent.mobileqq com.tencent.mobileqqi com.tencent.qqlite com.tencent.tim com.qzone
    444934666 com.sina.weibo com.sina.weibolite com.weico.international 350962117 com.xingin.xhs com.zhihu.android
    com.douban.frodo com.smile.gifmaker com.kuaishou.nebula com.kwai.video tv.danmaku.bili com.bilibili.app.in
    com.kakao.talk com.kakao.story 362057947 486244601 com.nhn.android.blog com.nhn.android.navercafe
    com.nhn.android.band 542613198 com.vkontakte.android com.vk.im com.vk.vkvideo 564177498 ru.ok.android 398465290
    com.zing.zalo 579523206 jp.naver.line.android com.linecorp.linelite 443904275 com.imo.android.imoim
    in.mohalla.sharechat in.mohalla.video com.skype.raider com.google.android.apps.messaging
    com.samsung.android.messaging org.thoughtcrime.securesms
    com.facebook.facebook com.facebook.messenger com.burbn.instagram com.burbn.barcelona com.atebits.tweetie2
    com.toyopagroup.picaboo pinterest com.reddit.reddit com.linkedin.linkedin net.whatsapp.whatsapp
    net.whatsapp.whatsappsmb ph.telegra.telegraph com.google.ios.youtube com.hammerandchisel.discord com.tencent.xin
    com.tencent.mqq com.iwilab.kakaotalk com.kakao.kakaostory com.vk.vkclient vn.com.vng.zingalo jp.naver.line
    tv.twitch tv.twitch.android.app 460177396 com.netflix.mediaclient com.disney.disneyplus com.hulu.plus
    com.dailymotion.dailymotion com.vimeo.android.videoapp com.kick.mobile ru.rutube.app
  `,
  search: `
    com.google.googlemobile com.nhncorp.naversearch net.daum.daum com.microsoft.bingapp
    com.google.android.googlequicksearchbox com.google.android.apps.searchlite com.google.android.apps.magazines
    com.google.android.discover com.google.ar.lens com.android.vending 284815942
    com.microsoft.bing com.microsoft.amp.apps.bingnews 345323231 com.duckduckgo.mobile.android 663592361
    ru.yandex.searchplugin com.yandex.searchapp com.ecosia.android 670881887 com.qwant.liberty
    com.nhn.android.search 393499958 net.daum.android.daum 365494029 com.baidu.searchbox com.baidu.searchbox.lite
    com.sogou.activity.src com.yahoo.mobile.client.android.search jp.co.yahoo.android.yjtop cz.seznam.sbrowser
    com.qihoo.haosou com.coccoc.trinhduyet
  `,
  email: `
    com.google.gmail com.apple.mobilemail
    com.google.android.gm com.google.android.gm.lite 422689480 com.microsoft.office.outlook
    com.microsoft.outlooklite 951937596 com.samsung.android.email.provider com.yahoo.mobile.client.android.mail
    jp.co.yahoo.android.ymail ch.protonmail.android 979659905 de.tutao.tutanota com.fastmail.app com.readdle.spark
    com.fsck.k9 net.thunderbird.android me.bluemail.mail com.easilydo.mail com.aol.mobile.aolapp com.zoho.mail
    de.gmx.mobile.android.mail de.web.mobile.android.mail ru.mail.mailapp ru.yandex.mail com.nhn.android.mail
    net.daum.android.mail cz.seznam.email com.tencent.androidqqmail com.netease.mail com.superhuman.mail
  `,
  referral: `
    com.openai.chatgpt ai.perplexity.app.android com.anthropic.claude com.google.android.apps.bard com.deepseek.chat
    com.microsoft.copilot ai.x.grok 6448311069
  `,
};

const ENTRY_OF_APP: ReadonlyMap<string, EntryPath> = new Map(
  Object.entries(APPS).flatMap(([entry, apps]) =>
    apps
      .trim()
      .split(/\s+/)
      .map((app) => [app, entry as EntryPath] as const),
  ),
);

/** `app` is a package or a number, in lower case. Both name one app, so that no part of one is looked up. */
export function entryOfApp(app: string): EntryPath | undefined {
  return ENTRY_OF_APP.get(app.startsWith("id") ? app.replace(/^id(?=\d)/, "") : app);
}
