//! Sending events to webhooks, signed as Standard Webhooks lays down, and nowhere that a stranger
//! could have named to reach into our own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use store::Subscription;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::event::CloudEvent;

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where events may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sending {
    /// To addresses of `https` outside our own network.
    #[default]
    Abroad,
    /// To this machine too, without `https`: for trials.
    LoopbackToo,
}

/// Where events of a webhook go.
pub(crate) struct Target(Uri);

/// Why nothing is sent to an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetFault {
    #[error("it is no address, as `https://example.org/hook`")]
    NoAddress,
    #[error("it does not begin with `https://`")]
    NotSecure,
    #[error("it has a name and a password in it, which are no part of an address")]
    Credentials,
    #[error("it is in a network of our own")]
    OwnNetwork,
}

impl Target {
    /// Reads the address of a webhook. Where its name leads is looked at when something is sent.
    pub fn read(url: &str, sending: Sending) -> Result<Target, TargetFault> {
        let uri: Uri = url.parse().map_err(|_| TargetFault::NoAddress)?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(TargetFault::NoAddress)?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(TargetFault::Credentials);
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<IpAddr>().ok();
        let local = address.is_some_and(|address| address.is_loopback()) || host == "localhost";
        let trial = sending == Sending::LoopbackToo && local;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if trial => {}
            Some("http") => return Err(TargetFault::NotSecure),
            _ => return Err(TargetFault::NoAddress),
        }
        if !trial && (local || address.is_some_and(|address| !is_abroad(address))) {
            return Err(TargetFault::OwnNetwork);
        }
        Ok(Target(uri))
    }
}

/// How to speak with servers by TLS: with the certificates that the machine trusts.
pub fn tls() -> TlsConfig {
    let known = rustls_native_certs::load_native_certs().certs;
    let known = known.iter().map(|one| Certificate::from_der(one.as_ref()).to_owned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(known.collect())))
        .unversioned_rustls_crypto_provider(provider)
        .build()
}

/// Sends events.
pub(crate) struct Sender {
    agent: ureq::Agent,
    sending: Sending,
}

impl Sender {
    /// A sender that trusts the certificates of the machine.
    pub fn new(sending: Sending) -> Sender {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            // A receiver that moves is subscribed anew, and cannot send us elsewhere.
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .tls_config(tls())
            .user_agent("xianlu")
            .build();
        let resolver = Guarded { inner: DefaultResolver::default(), sending };
        let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), resolver);
        Sender { agent, sending }
    }

    /// Sends an event, and waits for the answer.
    ///
    /// # Errors
    ///
    /// Why it has not arrived.
    pub fn send(
        &self,
        subscription: &Subscription,
        event: &CloudEvent,
        now: Timestamp,
    ) -> Result<(), String> {
        let target = Target::read(&subscription.url, self.sending);
        let Target(uri) = target.map_err(|fault| fault.to_string())?;
        let body = serde_json::to_string(event).map_err(|error| error.to_string())?;
        let signature = sign(&subscription.secret, &event.id, now, &body)?;
        let answer = self
            .agent
            .post(uri)
            .header("content-type", "application/cloudevents+json")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", now.as_second().to_string())
            .header("webhook-signature", signature)
            .send(&body)
            .map_err(|error| error.to_string())?;
        let status = answer.status();
        if status.is_success() { Ok(()) } else { Err(format!("the receiver answered {status}")) }
    }
}

/// The signature of a message: HMAC-SHA256 over its name, its moment and its bytes.
pub(crate) fn sign(secret: &str, id: &str, now: Timestamp, body: &str) -> Result<String, String> {
    let key = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = STANDARD.decode(key).map_err(|_| "the webhook's secret cannot be read")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| error.to_string())?;
    mac.update(format!("{id}.{}.{body}", now.as_second()).as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// Looks up names, and drops the addresses that are not abroad: between two look-ups a name can
/// come to lead elsewhere, so what was looked up here is what is connected to.
#[derive(Debug)]
struct Guarded {
    inner: DefaultResolver,
    sending: Sending,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in found.iter() {
            let ip = address.ip();
            let trial = self.sending == Sending::LoopbackToo && ip.is_loopback();
            if trial || is_abroad(ip) {
                allowed.push(*address);
            }
        }
        if allowed.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(allowed) }
    }
}

/// Whether an address is outside every network that is ours or nobody's.
fn is_abroad(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_abroad_v4(address),
        IpAddr::V6(address) => is_abroad_v6(address),
    }
}

fn is_abroad_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    let assigned = a == 192 && b == 0 && c == 0;
    !(a == 0
        || a >= 224
        || shared
        || benchmarks
        || assigned
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_abroad_v6(address: Ipv6Addr) -> bool {
    // Addresses that stand for others lead where those lead.
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_abroad_v4(mapped);
    }
    let [a, b, ..] = address.segments();
    let global = (0x2000..0x4000).contains(&a);
    let documentation = a == 0x2001 && b == 0x0db8;
    let special = a == 0x2001 && b < 0x0200;
    let six_to_four = a == 0x2002;
    let translated = a == 0x0064 && b == 0xff9b;
    global && !(documentation || special || six_to_four || translated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_into_our_own_network() {
        let fault = |url: &str| Target::read(url, Sending::Abroad).err();
        for url in ["https://example.org/hook", "https://8.8.8.8:8443/", "https://[2606:4700::1]/"]
        {
            assert_eq!(fault(url), None, "{url}");
        }
        for (url, expected) in [
            ("", TargetFault::NoAddress),
            ("example.org", TargetFault::NoAddress),
            ("/hook", TargetFault::NoAddress),
            ("ftp://example.org/", TargetFault::NoAddress),
            ("file:///etc/passwd", TargetFault::NoAddress),
            ("http://example.org/", TargetFault::NotSecure),
            ("http://127.0.0.1/", TargetFault::NotSecure),
            ("https://user:secret@example.org/", TargetFault::Credentials),
            ("https://localhost/", TargetFault::OwnNetwork),
            ("https://127.1.2.3/", TargetFault::OwnNetwork),
            ("https://10.0.0.1/", TargetFault::OwnNetwork),
            ("https://169.254.169.254/latest", TargetFault::OwnNetwork),
            ("https://100.64.0.1/", TargetFault::OwnNetwork),
            ("https://0.0.0.0/", TargetFault::OwnNetwork),
            ("https://[::1]/", TargetFault::OwnNetwork),
            ("https://[fd00::1]/", TargetFault::OwnNetwork),
            ("https://[fe80::1]/", TargetFault::OwnNetwork),
            ("https://[::ffff:10.0.0.1]/", TargetFault::OwnNetwork),
            ("https://[2002:a00:1::]/", TargetFault::OwnNetwork),
        ] {
            assert_eq!(fault(url), Some(expected), "{url}");
        }
        let trial = |url: &str| Target::read(url, Sending::LoopbackToo).err();
        assert_eq!(trial("http://127.0.0.1:9/"), None);
        assert_eq!(trial("http://10.0.0.1/"), Some(TargetFault::NotSecure));
        assert_eq!(trial("https://10.0.0.1/"), Some(TargetFault::OwnNetwork));
    }

    #[test]
    fn messages_are_signed_as_the_standard_does() {
        // The example of the Standard Webhooks specification's reference libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let now = Timestamp::from_second(1_614_265_330).unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = sign(secret, id, now, r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
