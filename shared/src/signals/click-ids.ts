/**
 * The parameters that advertising, mail and social platforms add to links themselves, and the entry path that
 * each implies.
 */
import type { EntryPath } from "./signals.ts";

/**
 * Only ids that advertisements alone carry count as `ad`. `fbclid` is not one of them: Facebook and Instagram
 * add it to organic links too.
 */
export const CLICK_IDS: ReadonlyMap<string, EntryPath> = new Map<string, EntryPath>([
  ["gclid", "ad"], // Google Ads
  ["gbraid", "ad"], // Google Ads, app to web
  ["wbraid", "ad"], // Google Ads, web to app
  ["dclid", "ad"], // Google Display & Video
  ["gclsrc", "ad"], // Search Ads 360
  ["gad_source", "ad"], // Google Ads
  ["gad_campaignid", "ad"], // Google Ads
  ["msclkid", "ad"], // Microsoft Advertising
  ["ttclid", "ad"], // TikTok
  ["twclid", "ad"], // X
  ["li_fat_id", "ad"], // LinkedIn
  ["ScCid", "ad"], // Snapchat
  ["sccid", "ad"],
  ["epik", "ad"], // Pinterest
  ["rdt_cid", "ad"], // Reddit
  ["yclid", "ad"], // Yandex Direct
  ["qclid", "ad"], // Quora
  ["tblci", "ad"], // Taboola
  ["dicbo", "ad"], // Outbrain
  ["obclid", "ad"], // Outbrain
  ["vmcid", "ad"], // Yahoo
  ["s_kwcid", "ad"], // Adobe Advertising
  ["irclickid", "referral"], // impact.com, affiliates
  ["cjevent", "referral"], // CJ, affiliates
  ["awc", "referral"], // Awin, affiliates
  ["fbclid", "social"], // Facebook, Instagram
  ["igsh", "social"], // Instagram, shared link
  ["igshid", "social"],
  ["ysclid", "search"], // Yandex Search
  ["srsltid", "search"], // Google, free listings
  ["mc_eid", "email"], // Mailchimp
  ["mc_cid", "email"],
  ["_hsenc", "email"], // HubSpot
  ["vero_id", "email"], // Vero
]);
