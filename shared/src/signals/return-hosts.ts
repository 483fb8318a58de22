/**
 * Where a visit only passes through: payment services, banks' card checks and sign-in pages, from which the
 * visitor comes back. As a referrer they say nothing of how the visit began.
 */
import { isWithin } from "./own-site.ts";
import { entryOfHost, type Referrer } from "./referrer.ts";

const SERVICES: ReadonlySet<string> = new Set(
  `accounts.google.com accounts.youtube.com appleid.apple.com idmsa.apple.com account.apple.com
  login.microsoftonline.com login.microsoft.com login.live.com account.live.com b2clogin.com ciamlogin.com auth0.com
  okta.com oktapreview.com onelogin.com amazoncognito.com gigya.com janraincapture.com pingidentity.com pingone.com
  duosecurity.com auth.adobe.com clerk.accounts.dev stytch.com frontegg.com descope.com cloudflareaccess.com
  bankid.com bankid.no itsme.be nid.naver.com kauth.kakao.com accounts.kakao.com access.line.me oauth.vk.com
  id.vk.com login.vk.com api.twitter.com api.x.com id.twitch.tv login.yahoo.com login.yahoo.co.jp passport.yandex.ru
  passport.yandex.com oauth.yandex.ru account.mail.ru open.weixin.qq.com graph.qq.com accounts.spotify.com
  paypal.com paypal.me paypalobjects.com braintreegateway.com venmo.com stripe.com stripe.network adyen.com
  adyenpayments.com checkout.com worldpay.com klarna.com sofort.com giropay.de ideal.nl mollie.com payu.com payu.in
  payu.pl razorpay.com paytm.com paytm.in phonepe.com paysafe.com paysafecard.com skrill.com neteller.com
  2checkout.com squareup.com square.link authorize.net cybersource.com cardinalcommerce.com arcot.com
  rsa3dsauth.com rsa3dsauth.co.uk modirum.com sia.eu nexigroup.com nexi.it redsys.es saferpay.com datatrans.com
  wirecard.com payone.com computop-paygate.com ogone.com ingenico.com globalpay.com globalpayments.com
  realexpayments.com sagepay.com opayo.eu elavon.com mercadopago.com alipay.com tenpay.com kakaopay.com payco.com
  toss.im tosspayments.com inicis.com kcp.co.kr nicepay.co.kr paypay.ne.jp gmopg.jp yookassa.ru yoomoney.ru
  qiwi.com robokassa.ru robokassa.com cloudpayments.ru przelewy24.pl dotpay.pl tpay.com blik.com swish.nu vipps.no
  mobilepay.dk nets.eu trustly.com payconiq.com bancontact.com twint.ch afterpay.com clearpay.co.uk affirm.com
  sezzle.com zip.co bitpay.com recurly.com chargebee.com paddle.com gocardless.com plaid.com truelayer.com
  fastspring.com cleeng.com shop.app account.amazon.com touchtechpayments.com 2c2p.com wibmo.com enstage.com
  securesuite.net securesuite.co.uk gpesecure.com bkm.com.tr iyzico.com iyzipay.com payfast.co.za paystack.com flutterwave.com mpesa.in
  com.paypal.android.p2pmobile com.google.android.gms com.eg.android.alipaygphone com.klarna.android`.split(
    /\s+/,
  ),
);

/**
 * Every bank runs a card check of its own (3-D Secure's access control server, ACS), and every company a
 * sign-in, so these are told by a label of the host.
 */
const FORM =
  /(?:^|[.-])(?:(?:emv|tds|card|visa)?acs\d*|3-?dss?(?:ecure)?\d*|vbv|securecode|verifiedbyvisa|3d-?secure\d*|threeds)(?=[.-])|(?:^|\.)(?:log-?in\d*|sign-?in|logon|auth\d*|oauth\d*|sso|sts|cas|idp|iam|adfs|openid|keycloak|shibboleth|identity|signon|secure\d*|accounts?|passport|checkout\d*|pay|payments?|billing|securepay(?:ments?)?|paygate|payment-?gateway|hpp)\.(?=[^.]+\.)/;

/** Where the whole path is sent, networks that are also a sign-in are told by it. */
const SIGN_IN_PATH =
  /\/(?:oauth\d?|authorize|log-?in(?:\.php)?|sign-?in|sso|saml\d?|checkout|3ds\d?)(?:\/|$)/i;

/** `more` are domains of the operator's own services. */
export function isReturn({ host, path }: Referrer, more: readonly string[] = []): boolean {
  if (isService(host) || FORM.test(host) || isIdentityHost(host)) return true;
  return SIGN_IN_PATH.test(path) || more.some((one) => isWithin(host, one));
}

/** `id.` is a sign-in, or the Indonesian pages of a network. */
function isIdentityHost(host: string): boolean {
  return host.startsWith("id.") && entryOfHost(host) === undefined;
}

function isService(host: string): boolean {
  for (let from = 0; from !== -1;) {
    if (SERVICES.has(host.slice(from))) return true;
    const dot = host.indexOf(".", from);
    from = dot === -1 ? -1 : dot + 1;
  }
  return false;
}
