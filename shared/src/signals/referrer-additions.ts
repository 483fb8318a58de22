/**
 * Corrections of the published lists: webmail, advertising, sites that are missing, and hosts that only look
 * like search.
 */

/**
 * These have the same form as the generated lists, and take precedence over matomo's. No entry contradicts
 * GA4's. Webmail hosts that begin with `mail.` need no entry.
 */
export const REFERRER_ADDITIONS: Readonly<Record<string, string>> = {
  email: `
    mail.live.com mail.yahoo.com mail.yahoo.net outlook.live.com outlook.com outlook.office.com
    outlook.office365.com outlook.cloud.microsoft hotmail.com gmail.com googlemail.com inbox.google.com e.mail.ru
    proton.me protonmail.com fastmail.com hey.com tuta.com tutanota.com superhuman.com 3c.web.de navigator.web.de
    navigator.gmx.net mailchimp mail webmail
  `,
  social: `
    wa.me t.me telegram.org telegram.me telegra.ph line.me ok.ru linktr.ee lnk.bio kick.com rutube.ru
    nextdoor.com lemon8-app.com truthsocial.com mewe.com instagr.am fb.com fb.watch fb.gg pin.it redd.it vm.tiktok.com
    bsky.social vkvideo.ru zalo.me story.kakao.com weibo.cn m.qzone.com xiaohongshu.com kuaishou.com zhihu.com
    telegram bluesky bsky mastodon kakaotalk kakaostory weixin douyin qzone vkontakte viber imessage
    vk.ru m.me band.us b23.tv tieba.baidu.com
    vk.cc v.qq.com
    pinterest.* tripadvisor.* yelp.* glassdoor.* badoo.* youtube.* facebook.* instagram.* twitter.* linkedin.* tiktok.*
    blogspot.* quora.*
  `,
  search: `petalsearch.com google.cat xn--d1acpjx3f.xn--p1ai brave ddg ecosia cnn bing.*`,
  portal: `yahoo.* aol.*`,
  ad: `
    doubleclick.net googleadservices.com googlesyndication.com syndicatedsearch.goog adsensecustomsearchads.com
    adservice.google.com taboola.com outbrain.com criteo.com yabs.yandex.ru an.yandex.ru
  `,
  // Google's other services, sign-in pages, and portals that matomo lists under search because of a search
  // box on them.
  referral: `
    accounts.google.com docs.google.com drive.google.com classroom.google.com meet.google.com
    calendar.google.com translate.google.com photos.google.com chat.google.com support.google.com
    myaccount.google.com cloud.google.com developers.google.com analytics.google.com ads.google.com pay.google.com
    payments.google.com keep.google.com lookerstudio.google.com script.google.com admin.google.com
    login.live.com login.yahoo.com cnn.com msnbc.msn.com highbeam.com meinestadt.de fastweb.it skynet.be charter.net
    talktalk.co.uk optuszoo.com.au icq.com kataweb.it toppreise.ch character.ai poe.com
  `,
};

/** Words that are also the names of listed sites: `utm_source=info` says nothing of info.com. */
export const WORDS_NOT_NAMES: ReadonlySet<string> = new Set(
  "info wow you crawler multiply workplace alexa mamma icq charter so sou yep toile search mysearch hey superhuman".split(
    " ",
  ),
);
