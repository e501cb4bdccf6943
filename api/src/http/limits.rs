//! Rate limits: one budget per signed-in user, and one per client address for requests without a
//! valid access token. Responses report the budget (draft-ietf-httpapi-ratelimit-headers).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError, web};

use crate::http::auth::bearer::claims_of;
use crate::http::problem::{Code, Problem};
use crate::portal::rate_limits::{Budget, Policy, Principal, RetryAfter, subscriber};
use crate::portal::services::Services;
use crate::portal::settings::Settings;
use crate::portal::tokens::Claims;

/// Returns the client's address: the peer's address or, behind trusted proxies, the rightmost
/// `X-Forwarded-For` address that is not a trusted proxy. IPv4-mapped IPv6 addresses become IPv4
/// addresses, so each client has one spelling.
///
/// Addresses can have a port. An unreadable address makes every address to its left untrustworthy, so
/// the peer's address counts.
#[must_use]
pub fn client_address(request: &HttpRequest, settings: &Settings) -> IpAddr {
    let peer =
        request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip().to_canonical());
    let trusted = |address: &IpAddr| settings.trusted_proxies.iter().any(|network| network.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    let values: Vec<_> = request.headers().get_all("x-forwarded-for").collect();
    let hops = values.iter().rev().flat_map(|value| value.to_str().unwrap_or("unreadable").rsplit(','));
    for hop in hops {
        match forwarded_address(hop.trim()) {
            Some(address) if trusted(&address) => {}
            Some(address) => return address,
            None => return peer,
        }
    }
    peer
}

/// The address of a hop: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, or
/// `[2001:db8::1]:4711`.
fn forwarded_address(hop: &str) -> Option<IpAddr> {
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    hop.parse().ok().or_else(bracketed).or_else(with_port).map(|address| address.to_canonical())
}

fn describe(policy: &Policy, budget: &Budget) -> [(HeaderName, String); 2] {
    [
        (
            HeaderName::from_static("ratelimit-policy"),
            format!("\"{}\";q={};w={}", policy.name, policy.burst, policy.window_seconds),
        ),
        (
            HeaderName::from_static("ratelimit"),
            format!("\"{}\";r={};t={}", policy.name, budget.remaining, budget.reset_seconds),
        ),
    ]
}

/// Verifies the access token, if present, and stores its claims for the inner layers. Then admits
/// the request if its principal is within the limit.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let services = request.app_data::<web::Data<Services>>().cloned();
    let unlimited = matches!(request.path(), "/livez" | "/readyz");
    let Some(services) = services.filter(|_| !unlimited) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let claims = claims_of(&services.tokens, request.headers(), services.clock.session_now());
    let address = client_address(request.request(), &services.settings);
    // Use the path as the router decodes it, so that no other spelling bypasses this limit.
    let signing_in = request.match_info().as_str().ends_with("/oauth/token");
    let principal = match &claims {
        // A valid token must not give its user an extra budget for guessing passwords.
        Some(Ok(claims)) if !signing_in => Principal::Person(claims.sub),
        _ => Principal::Address(subscriber(address)),
    };
    if let Some(claims) = claims {
        request.extensions_mut().insert::<Result<Claims, Problem>>(claims);
    }
    let policy = if signing_in { &services.limits.sign_in } else { &services.limits.general };
    let budget = match policy.check(&principal) {
        Ok(budget) => budget,
        Err(RetryAfter { seconds }) => {
            let budget = Budget { remaining: 0, reset_seconds: seconds };
            let mut problem = Problem::new(Code::too_many_requests, format!("try again in {seconds} s"))
                .retry_after(seconds);
            for (name, value) in describe(policy, &budget) {
                problem = problem.header(name, value);
            }
            return Ok(request.into_response(problem.error_response()));
        }
    };
    let described = describe(policy, &budget);
    let mut response = next.call(request).await?.map_into_boxed_body();
    for (name, value) in described {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(peer: &str, forwarded: Option<&str>) -> IpAddr {
        let proxies = ("PORTAL_TRUSTED_PROXIES".to_owned(), "10.0.0.0/8".to_owned());
        let settings = Settings::load([proxies], false).unwrap();
        let mut request = TestRequest::default().peer_addr(std::net::SocketAddr::new(address(peer), 4711));
        if let Some(forwarded) = forwarded {
            request = request.insert_header(("x-forwarded-for", forwarded));
        }
        client_address(&request.to_http_request(), &settings)
    }

    #[test]
    fn an_ipv4_mapped_address_equals_its_ipv4_address() {
        assert_eq!(client("::ffff:192.0.2.1", None), address("192.0.2.1"));
        assert_eq!(
            client("192.0.2.1", Some("203.0.113.9")),
            address("192.0.2.1"),
            "the peer is not a trusted proxy"
        );
        assert_eq!(client("::ffff:10.1.2.3", Some("::ffff:203.0.113.9")), address("203.0.113.9"));
        assert_eq!(client("10.1.2.3", Some("203.0.113.9, ::ffff:10.9.9.9")), address("203.0.113.9"));
    }

    #[test]
    fn a_forwarded_address_can_have_a_port_or_brackets() {
        for (hop, expected) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(client("10.1.2.3", Some(hop)), address(expected), "{hop}");
            assert_eq!(client("10.1.2.3", Some(&format!("{hop}, 10.9.9.9:80"))), address(expected), "{hop}");
        }
    }

    #[test]
    fn an_unreadable_hop_hides_every_address_before_it() {
        for hops in ["203.0.113.9, unknown", "203.0.113.9, _hidden", "203.0.113.9,", "203.0.113.9, 999.1.1.1"]
        {
            assert_eq!(client("10.1.2.3", Some(hops)), address("10.1.2.3"), "{hops}");
            assert_eq!(client("10.1.2.3", Some(&format!("{hops}, 10.9.9.9"))), address("10.1.2.3"), "{hops}");
        }
        assert_eq!(
            client("10.1.2.3", Some("unknown, 203.0.113.9")),
            address("203.0.113.9"),
            "what the client itself claims does not matter"
        );
    }
}
