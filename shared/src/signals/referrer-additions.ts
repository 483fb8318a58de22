/**
 * Corrections of matomo's lists: webmail, advertising, Android apps, and hosts that only look like search.
 */

/**
 * These have the same form as the generated lists, and take precedence over them. Webmail hosts that begin
 * with `mail.` need no entry.
 */
export const REFERRER_ADDITIONS: Readonly<Record<string, string>> = {
  email: `
    mail.live.com mail.yahoo.com mail.yahoo.net outlook.live.com outlook.com outlook.office.com
    outlook.office365.com outlook.cloud.microsoft hotmail.com inbox.google.com e.mail.ru proton.me protonmail.com
    fastmail.com hey.com tuta.com tutanota.com superhuman.com 3c.web.de navigator.web.de navigator.gmx.net
    com.google.android.gm com.google.android.gm.lite com.microsoft.office.outlook com.samsung.android.email.provider
    com.yahoo.mobile.client.android.mail ch.protonmail.android ru.mail.mailapp
  `,
  social: `
    whatsapp.com wa.me t.me telegram.org telegram.me messenger.com line.me kakao.com ok.ru digg.com friendfeed.com
    linktr.ee lnk.bio twitch.tv kick.com rutube.ru dailymotion.com quora.com nextdoor.com lemon8-app.com
    truthsocial.com mewe.com instagr.am fb.com fb.watch pin.it redd.it vm.tiktok.com
    com.facebook.katana com.facebook.lite com.facebook.orca com.instagram.android com.instagram.barcelona
    com.twitter.android com.zhiliaoapp.musically com.ss.android.ugc.trill com.pinterest com.whatsapp
    com.whatsapp.w4b com.linkedin.android com.discord com.tumblr com.google.android.youtube com.tencent.mm
    com.vkontakte.android jp.naver.line.android com.kakao.talk com.viber.voip tv.twitch.android.app
    xyz.blueskyweb.app
  `,
  search: `
    com.google.android.googlequicksearchbox com.google.android.apps.searchlite com.google.android.apps.magazines
    com.microsoft.bing com.duckduckgo.mobile.android ru.yandex.searchplugin com.ecosia.android petalsearch.com
  `,
  ad: `
    doubleclick.net googleadservices.com googlesyndication.com syndicatedsearch.goog adsensecustomsearchads.com
    adservice.google.com taboola.com outbrain.com criteo.com yabs.yandex.ru an.yandex.ru
  `,
  // Google's other services, sign-in pages, and portals that matomo lists under search because of a search
  // box on them.
  referral: `
    accounts.google.com docs.google.com drive.google.com sites.google.com classroom.google.com meet.google.com
    calendar.google.com groups.google.com translate.google.com play.google.com photos.google.com chat.google.com
    login.live.com login.yahoo.com cnn.com msnbc.msn.com highbeam.com meinestadt.de fastweb.it skynet.be charter.net
    talktalk.co.uk optuszoo.com.au icq.com kataweb.it toppreise.ch character.ai poe.com
    com.openai.chatgpt ai.perplexity.app.android com.anthropic.claude com.google.android.apps.bard
  `,
};
