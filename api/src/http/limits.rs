//! Traffic limits: so many requests for each signed-in person, and for each address that is not signed in. The figures
//! are in every answer (draft-ietf-httpapi-ratelimit-headers).

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError, web};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use portal_domain::ground::id::UserId;

use crate::http::auth::token::Claims;
use crate::http::problem::{Code, Problem};
use crate::portal::app::Portal;
use crate::server::settings::{RateLimits, Settings};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Principal {
    Person(UserId),
    Address(IpAddr),
}

type Limiter =
    RateLimiter<Principal, DefaultKeyedStateStore<Principal>, DefaultClock, StateInformationMiddleware>;

/// The limits, shared by all workers of this process.
pub struct Limits {
    general: Policy,
    sign_in: Policy,
    self_service: Policy,
}

struct Policy {
    name: &'static str,
    limiter: Limiter,
    burst: u32,
    window_seconds: u64,
}

/// How much of a limit is left.
struct Budget {
    remaining: u32,
    reset_seconds: u64,
}

impl Policy {
    fn new(name: &'static str, quota: Quota) -> Self {
        let window = quota.replenish_interval() * quota.burst_size().get();
        Self {
            name,
            limiter: RateLimiter::keyed(quota).with_middleware(),
            burst: quota.burst_size().get(),
            window_seconds: window.as_secs().max(1),
        }
    }

    fn check(&self, principal: &Principal) -> Result<Budget, u64> {
        match self.limiter.check_key(principal) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = self.burst.saturating_sub(remaining);
                let refill = state.quota().replenish_interval() * used;
                Ok(Budget { remaining, reset_seconds: refill.as_secs().max(1) })
            }
            Err(until) => Err(until.wait_time_from(self.limiter.clock().now()).as_secs().max(1)),
        }
    }

    fn describe(&self, budget: &Budget) -> [(HeaderName, String); 2] {
        [
            (
                HeaderName::from_static("ratelimit-policy"),
                format!("\"{}\";q={};w={}", self.name, self.burst, self.window_seconds),
            ),
            (
                HeaderName::from_static("ratelimit"),
                format!("\"{}\";r={};t={}", self.name, budget.remaining, budget.reset_seconds),
            ),
        ]
    }
}

impl Limits {
    /// Limits with these figures.
    #[must_use]
    pub fn new(figures: RateLimits) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let general = Quota::per_second(at_least_one(figures.requests_per_second))
            .allow_burst(at_least_one(figures.request_burst));
        let sign_in = Quota::per_minute(at_least_one(figures.sign_ins_per_minute))
            .allow_burst(at_least_one(figures.sign_in_burst));
        let self_service = Quota::per_hour(at_least_one(figures.self_service_per_hour));
        Self {
            general: Policy::new("default", general),
            sign_in: Policy::new("sign-in", sign_in),
            self_service: Policy::new("self-service", self_service),
        }
    }

    /// Counts a request of a stranger that makes mail or work for others, apart from everything else.
    pub fn check_self_service(&self, address: IpAddr) -> Result<(), Problem> {
        self.self_service.check(&Principal::Address(subscriber(address))).map(drop).map_err(|seconds| {
            Problem::new(Code::too_many_requests, "too many requests from this address").retry_after(seconds)
        })
    }

    /// Forgets whoever has not been seen for a while, so that the tables do not grow.
    pub fn tidy(&self) {
        self.general.limiter.retain_recent();
        self.sign_in.limiter.retain_recent();
        self.self_service.limiter.retain_recent();
    }
}

/// The client's address: the peer's, or, behind proxies we trust, the right-most address that is not one of them. IPv4
/// addresses are always spelled as such, however a dual-stack socket or a proxy writes them.
#[must_use]
pub fn client_address(request: &HttpRequest, settings: &Settings) -> IpAddr {
    let peer =
        request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip().to_canonical());
    let trusted = |address: &IpAddr| settings.trusted_proxies.iter().any(|network| network.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.trim().parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
        .rfind(|address| !trusted(address))
        .unwrap_or(peer)
}

/// One /64 is one subscriber.
pub(crate) fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

/// Verifies the access token, if there is one, for everything behind; then lets the request through if its principal
/// has not used up the limit.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let portal = request.app_data::<web::Data<Portal>>().cloned();
    let unlimited = matches!(request.path(), "/livez" | "/readyz");
    let Some(portal) = portal.filter(|_| !unlimited) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let claims = portal.tokens.claims_of(request.headers(), portal.clock.session_now());
    let address = client_address(request.request(), &portal.settings);
    // The path as the router will decode it, so that no spelling of it gets round this limit.
    let signing_in = request.match_info().as_str().ends_with("/oauth/token");
    let principal = match &claims {
        // A token sent along must not bring a budget of its own for guessing passwords.
        Some(Ok(claims)) if !signing_in => Principal::Person(claims.sub),
        _ => Principal::Address(subscriber(address)),
    };
    if let Some(claims) = claims {
        request.extensions_mut().insert::<Result<Claims, Problem>>(claims);
    }
    let policy = if signing_in { &portal.limits.sign_in } else { &portal.limits.general };
    let budget = match policy.check(&principal) {
        Ok(budget) => budget,
        Err(seconds) => {
            let budget = Budget { remaining: 0, reset_seconds: seconds };
            let mut problem = Problem::new(Code::too_many_requests, format!("try again in {seconds} s"))
                .retry_after(seconds);
            for (name, value) in policy.describe(&budget) {
                problem = problem.header(name, value);
            }
            return Ok(request.into_response(problem.error_response()));
        }
    };
    let described = policy.describe(&budget);
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

    fn seen(peer: &str, forwarded: Option<&str>) -> IpAddr {
        let proxies = ("PORTAL_TRUSTED_PROXIES".to_owned(), "10.0.0.0/8".to_owned());
        let settings = Settings::load([proxies], false).unwrap();
        let mut request = TestRequest::default().peer_addr(std::net::SocketAddr::new(address(peer), 4711));
        if let Some(forwarded) = forwarded {
            request = request.insert_header(("x-forwarded-for", forwarded));
        }
        client_address(&request.to_http_request(), &settings)
    }

    #[test]
    fn an_ipv4_address_is_the_same_however_it_is_spelled() {
        assert_eq!(seen("::ffff:192.0.2.1", None), address("192.0.2.1"));
        assert_eq!(seen("192.0.2.1", Some("203.0.113.9")), address("192.0.2.1"), "not behind a proxy");
        assert_eq!(seen("::ffff:10.1.2.3", Some("::ffff:203.0.113.9")), address("203.0.113.9"));
        assert_eq!(seen("10.1.2.3", Some("203.0.113.9, ::ffff:10.9.9.9")), address("203.0.113.9"));
    }

    #[test]
    fn one_subscriber_has_one_share_of_self_service() {
        let limits = Limits::new(RateLimits {
            requests_per_second: 1,
            request_burst: 1,
            sign_ins_per_minute: 1,
            sign_in_burst: 1,
            self_service_per_hour: 2,
            invitations_per_hour: 1,
        });
        let passes = |text: &str| limits.check_self_service(address(text)).is_ok();
        assert!(passes("2001:db8:0:1::1") && passes("2001:db8:0:1::2"));
        assert!(!passes("2001:db8:0:1:ffff:ffff:ffff:ffff"), "the same /64");
        assert!(passes("2001:db8:0:2::1"));
        assert!(passes("192.0.2.1") && passes("192.0.2.1") && !passes("192.0.2.1"));
        assert!(passes("192.0.2.2"));
    }
}
